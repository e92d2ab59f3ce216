#include "app/window_sets/geometry_reader.h"
#include "app/window_sets/window_context.h"
#include "app/window_sets/window_maker.h"
#include "app/window_sets/window_set.h"
#include "model/datasets/screens/ask_about.h"
#include "tests/model/screen_faults.h"
#include "ui/session/pixels.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QtTest>
#include <algorithm>
#include <set>

using namespace prunescope;
using namespace prunescope::app;
using namespace prunescope::model;

namespace {

constexpr std::uint64_t kSeeds = 80;

/// The usual options with fonts that every machine for tests has.
WindowOptions usual() {
    WindowOptions options;
    options.fonts = {"DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif", "Inter"};
    return options;
}

bool isInside(PixelRect inner, PixelRect outer) {
    return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
           inner.bottom() <= outer.bottom();
}

int brightness(const Picture& picture, int x, int y) {
    const std::uint8_t* pixel = picture.row(y) + static_cast<std::ptrdiff_t>(x) * 3;
    return (pixel[0] * 30 + pixel[1] * 59 + pixel[2] * 11) / 100;
}

/// The most common brightness: what the letters stand on.
int background(const Picture& picture, PixelRect box) {
    std::array<int, 256> counts{};
    for (int y = box.y; y < box.bottom(); ++y)
        for (int x = box.x; x < box.right(); ++x)
            ++counts[static_cast<std::size_t>(brightness(picture, x, y))];
    return static_cast<int>(std::ranges::max_element(counts) - counts.begin());
}

/// The box of what stands out from the background.
PixelRect inkIn(const Picture& picture, PixelRect box) {
    const int back = background(picture, box);
    int left = box.right(), right = box.x, top = box.bottom(), bottom = box.y;
    for (int y = box.y; y < box.bottom(); ++y)
        for (int x = box.x; x < box.right(); ++x)
            if (std::abs(brightness(picture, x, y) - back) > 45) {
                left = std::min(left, x);
                right = std::max(right, x + 1);
                top = std::min(top, y);
                bottom = std::max(bottom, y + 1);
            }
    return {left, top, right - left, bottom - top};
}

/// Letters go on beside the box: it is too narrow or shifted.
bool cutsLetters(const Picture& picture, PixelRect box) {
    const int back = background(picture, box);
    for (const int x : {box.x - 3, box.x - 2, box.right() + 1, box.right() + 2}) {
        int ink = 0;
        for (int y = box.y; y < box.bottom() && x >= 0 && x < picture.width(); ++y)
            ink += std::abs(brightness(picture, x, y) - back) > 45;
        if (ink * 3 > box.height && ink + 1 < box.height) // a full column is an edge of something
            return true;
    }
    return false;
}

bool hasInkBox(const ScreenElement& element) {
    return element.kind == ElementKind::Line || element.kind == ElementKind::Menu ||
           element.kind == ElementKind::SidebarItem || element.kind == ElementKind::WindowTitle ||
           element.kind == ElementKind::Dialog;
}

std::string describe(std::uint64_t seed, const ScreenElement& element) {
    return "seed " + std::to_string(seed) + ": " + toText(element.kind) + " " + element.text;
}

const ScreenElement* find(const Screen& screen, const std::string& text) {
    const auto found = std::ranges::find(screen.elements, text, &ScreenElement::text);
    return found == screen.elements.end() ? nullptr : &*found;
}

Picture grab(QWidget& widget, double scale) {
    QImage image((QSizeF(widget.size()) * scale).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.fill(Qt::white);
    widget.render(&image);
    return ui::pictureOf(image);
}

/// The box of all pixels that differ.
PixelRect difference(const Picture& a, const Picture& b) {
    int left = a.width(), right = 0, top = a.height(), bottom = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            if (!std::equal(a.row(y) + 3 * x, a.row(y) + 3 * x + 3, b.row(y) + 3 * x)) {
                left = std::min(left, x);
                right = std::max(right, x + 1);
                top = std::min(top, y);
                bottom = std::max(bottom, y + 1);
            }
    return {left, top, right - left, bottom - top};
}

} // namespace

/// Windows that are made by chance, and what is read off them.
class TestWindowSet : public QObject {
    Q_OBJECT

    QWidget* shown(QWidget& window) {
        window.setAttribute(Qt::WA_DontShowOnScreen);
        window.show();
        QApplication::sendPostedEvents();
        return &window;
    }

    WindowReading read(QWidget& window, double scale = 1) {
        shown(window);
        const QSize size = (QSizeF(window.size()) * scale).toSize();
        return readWindow(window, scale, {size.width(), size.height()});
    }

private Q_SLOTS:
    /// The windows made by chance leave their looks behind.
    void init() {
        Xoshiro256 random(1);
        WindowLook plain = drawLook(random, usual());
        plain.style = "Fusion";
        plain.font.setPixelSize(13);
        wear(plain);
    }

    void theSameSeedGivesTheSame() {
        const WindowOptions options = usual();
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            const QuestionGroup first = askWindow(options, seed);
            askWindow(options, seed + 100); // another style, font and palette in between
            const QuestionGroup again = askWindow(options, seed);
            QVERIFY(first.questions == again.questions);
            QCOMPARE(first.picture().size(), again.picture().size());
            QVERIFY(difference(first.picture(), again.picture()).empty());
            QVERIFY(!first.questions.empty() && first.questions != askWindow(options, seed + 1).questions);
        }
    }

    void lookIsDrawnFromTheOptions() {
        WindowOptions options = usual();
        options.sizes = {{416, 300}, {480, 333}};
        options.scales = {1.25, 1.5};
        options.styles = {"Windows"};
        std::set<double> scales;
        std::set<int> fonts;
        std::set<QString> families;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Xoshiro256 random(seed);
            const WindowLook look = drawLook(random, options);
            QVERIFY(look.picture == options.sizes[0] || look.picture == options.sizes[1]);
            QCOMPARE(look.style, QString("Windows"));
            scales.insert(look.scale);
            fonts.insert(look.em());
            families.insert(look.font.family());
        }
        QCOMPARE(scales, (std::set<double>{1.25, 1.5}));
        QVERIFY(fonts.size() > 5);
        QVERIFY(families.size() > 1);
        QCOMPARE(shootWindow(options, 3).screen.picture.height() % 3, 0); // 300 or 333: no multiple of 32 is needed
    }

    /// A box that is too large has an empty edge, one that is too small has letters beside it.
    void lettersFillTheirBoxes() {
        int looked = 0, off = 0, cut = 0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Screen screen = shootWindow(usual(), seed).screen;
            for (const ScreenElement& element : screen.elements) {
                if (!hasInkBox(element))
                    continue;
                const PixelRect ink = inkIn(screen.picture, element.box), box = element.box;
                const int most = std::max({ink.x - box.x, ink.y - box.y, box.right() - ink.right(), //
                                           box.bottom() - ink.bottom()});
                ++looked;
                if (cutsLetters(screen.picture, box)) {
                    ++cut;
                    qInfo("%s: something beside it", describe(seed, element).c_str());
                }
                if (most > 4) { // advances are rounded before they are scaled
                    ++off;
                    qWarning("%s: %d px", describe(seed, element).c_str(), most);
                }
            }
        }
        QVERIFY(looked > 500);
        QCOMPARE(off, 0);
        QVERIFY2(cut * 100 <= looked, std::to_string(cut).c_str()); // icons and frames may stand there
    }

    void boxesLieInThePictureAndCanBeSeen() {
        std::set<ElementKind> kinds;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const Screen screen = shootWindow(usual(), seed).screen;
            const PixelRect whole{0, 0, screen.picture.width(), screen.picture.height()};
            for (const ScreenElement& element : screen.elements) {
                kinds.insert(element.kind);
                QVERIFY2(!element.box.empty() && isInside(element.box, whole), describe(seed, element).c_str());
                const PixelRect ink = inkIn(screen.picture, element.box);
                QVERIFY2(ink.width > 1 && ink.height > 3, describe(seed, element).c_str());
            }
        }
        for (const auto kind :
             {ElementKind::WindowTitle, ElementKind::Dialog, ElementKind::Menu, ElementKind::ToolButton,
              ElementKind::Button, ElementKind::Tab, ElementKind::SidebarItem, ElementKind::Field,
              ElementKind::CheckBox, ElementKind::Cell, ElementKind::Line})
            QVERIFY2(kinds.contains(kind), toText(kind));
    }

    void answersFollowFromTheScreen() {
        int asked = 0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const WindowShot shot = shootWindow(usual(), seed);
            for (const ScreenQuestion& question : askAbout(shot.screen, seed, 20)) {
                const std::string fault = test::faultOf(shot.screen, question);
                QVERIFY2(fault.empty(), ("seed " + std::to_string(seed) + ": " + fault).c_str());
                ++asked;
            }
        }
        QVERIFY(asked > 500);
    }

    /// Ticking a box changes the picture inside of the box that is asked about, and the answer.
    void checkBoxesAreAskedAsTheyAre() {
        int looked = 0;
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            const WindowOptions options = usual();
            Xoshiro256 random(seed);
            const WindowLook look = drawLook(random, options);
            wear(look);
            WindowTexts texts(options, random);
            WindowContext context{random, texts, look};
            const std::unique_ptr<QWidget> window = makeWindow(context);
            const Screen before = readWindow(*window, look.scale, look.picture).screen;
            const Picture picture = grab(*window, look.scale);
            for (QCheckBox* box : window->findChildren<QCheckBox*>()) {
                const ScreenElement* element = find(before, box->text().toStdString());
                if (!element || element->kind != ElementKind::CheckBox)
                    continue;
                QCOMPARE(*element->checked, box->isChecked());
                box->toggle();
                const Screen after = readWindow(*window, look.scale, look.picture).screen;
                QCOMPARE(*find(after, element->text)->checked, box->isChecked());
                const PixelRect changed = difference(picture, grab(*window, look.scale));
                QVERIFY2(!changed.empty() && isInside(changed, element->box), describe(seed, *element).c_str());
                box->toggle();
                ++looked;
            }
        }
        QVERIFY(looked > 20);
    }

    void boxesAreScaledToThePicture() {
        QWidget window;
        window.setFixedSize(200, 120);
        QPushButton button("Save", &window);
        button.setGeometry(40, 20, 80, 32);
        for (const double scale : {1.0, 1.25, 1.5, 2.0}) {
            const Screen screen = read(window, scale).screen;
            QCOMPARE(screen.elements.size(), std::size_t{1});
            const PixelRect box = screen.elements[0].box;
            QVERIFY(screen.elements[0].kind == ElementKind::Button);
            QCOMPARE(box, (PixelRect{int(40 * scale), int(20 * scale), int(80 * scale), int(32 * scale)}));
        }
    }

    void fieldsTakeTheirLabels() {
        QWidget window;
        QFormLayout layout(&window);
        layout.addRow("Name:", new QLineEdit("Emma"));
        layout.addRow("City", new QLineEdit("Lyon"));
        const Screen screen = read(window).screen;
        QCOMPARE(screen.elements.size(), std::size_t{2});
        QCOMPARE(screen.elements[0].text, std::string("Name"));
        QCOMPARE(screen.elements[0].value.value_or(""), std::string("Emma"));
        QCOMPARE(screen.elements[1].text, std::string("City"));
        QCOMPARE(screen.runs.size(), std::size_t{4}); // as painted, with the colon
    }

    void whatIsCutOffIsNotAskedAbout() {
        QWidget window;
        window.setFixedSize(300, 200);
        QLabel whole("Whole line", &window), cut("A line that is longer than its place", &window);
        whole.setGeometry(10, 10, 120, 20);
        cut.setGeometry(10, 40, 80, 20);
        QFormLayout* form = nullptr;
        QWidget fields(&window);
        form = new QFormLayout(&fields);
        auto* entry = new QLineEdit("a value that is longer than its place");
        entry->setFixedWidth(60);
        form->addRow("Field", entry);
        fields.setGeometry(10, 70, 150, 40);
        QPushButton outside("Outside", &window);
        outside.setGeometry(250, 150, 80, 30);
        const WindowReading reading = read(window);
        QCOMPARE(reading.screen.elements.size(), std::size_t{1});
        QCOMPARE(reading.screen.elements[0].text, std::string("Whole line"));
        QVERIFY(!reading.sureOfCounts); // how many buttons: one that is seen in part
    }

    void whatLiesUnderSomethingIsNotAskedAbout() {
        QWidget window;
        window.setFixedSize(300, 200);
        QPushButton under("Under", &window), beside("Beside", &window);
        under.setGeometry(10, 10, 100, 30);
        beside.setGeometry(10, 100, 100, 30);
        QLabel above("Above", &window);
        above.setAutoFillBackground(true);
        above.setGeometry(20, 0, 120, 50);
        const WindowReading reading = read(window);
        QVERIFY(!find(reading.screen, "Under"));
        QVERIFY(find(reading.screen, "Beside") && find(reading.screen, "Above"));
        QVERIFY(!reading.sureOfCounts);
    }

    void rowsThatAreScrolledAwayAreNotAskedAbout() {
        QWidget window;
        window.setFixedSize(200, 200);
        QListWidget list(&window);
        list.setGeometry(0, 0, 150, 75);
        for (const char* text : {"Home", "Work", "Mail", "Notes", "Trash", "Drafts"})
            (new QListWidgetItem(text, &list))->setSizeHint({0, 30});
        const WindowReading reading = read(window);
        QVERIFY(find(reading.screen, "Home") && find(reading.screen, "Work"));
        QVERIFY(!find(reading.screen, "Notes") && !find(reading.screen, "Trash"));
        QVERIFY(!reading.sureOfCounts);
    }
};

QTEST_MAIN(TestWindowSet)
#include "tst_window_set.moc"
