#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/screen_canvas.h"
#include "ui/capture/screen_grabber.h"
#include "ui/panels/panel.h"
#include "ui/training/training_window.h"
#include "ui/widgets/question_edit.h"
#include "ui/window/picture_input.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QMenu>
#include <QMimeData>
#include <QTimer>
#include <QUrl>
#include <QtTest>
#include <array>
#include <random>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kActions = 500; ///< of each seed
constexpr int kReopenEvery = 125;
constexpr int kSettleEvery = 25;
constexpr int kCaptureMs = 400; ///< longer than the window hides before it captures

QImage filled(QSize size, Qt::GlobalColor colour) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

model::Region box() {
    model::Region region;
    region.kind = model::Region::Kind::Box;
    region.label = "save";
    region.px = {1, 2, 30, 40};
    region.norm = {10, 20, 300, 400};
    return region;
}

/// A screen that answers as real ones do: at once or later, with a picture, with none, or not at all.
class FakeScreen final : public ScreenGrabber {
public:
    static inline int s_mood = 0;

    QString unavailable() const override {
        return s_mood == 1 ? QStringLiteral("There is no screen today.") : QString();
    }
    QString whyNoWindows() const override { return s_mood == 2 ? QStringLiteral("Not here.") : QString(); }
    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)> failed) override {
        if (s_mood == 3)
            failed(QStringLiteral("The screen gave no picture."));
        else if (s_mood == 4)
            done({});
        else if (s_mood == 5)
            QTimer::singleShot(5, qApp, [done] { done({filled({320, 200}, Qt::blue), {}}); });
        else
            done({filled({640, 480}, Qt::green), {}, WindowPlace{{10, 20, 300, 200}, "Editor"}});
    }
};

} // namespace

namespace prunescope::ui {

// In place of the library's own.

std::span<const GrabberEntry> grabbers() {
    static const std::array list{
        GrabberEntry{"fake", []() -> std::unique_ptr<ScreenGrabber> { return std::make_unique<FakeScreen>(); }}};
    return list;
}

std::unique_ptr<ScreenGrabber> usableGrabber() {
    return std::make_unique<FakeScreen>();
}

} // namespace prunescope::ui

namespace {

/// The windows with the handlers that Qt calls.
struct OpenWindow : MainWindow {
    using MainWindow::dropEvent;
};
struct OpenTraining : TrainingWindow {
    using TrainingWindow::dropEvent;
};

/// Somebody who does anything, in any order; the same for a seed.
class RandomUser {
public:
    RandomUser(TestWindow& test, std::uint32_t seed) : m_test(test), m_random(seed) {
        // Menus and dialogs wait for an answer in a loop of their own: they get none.
        m_closer.setInterval(3);
        m_closer.callOnTimeout(&m_closer, [] {
            if (QWidget* popup = QApplication::activePopupWidget())
                popup->close();
            else if (QWidget* modal = QApplication::activeModalWidget())
                modal->close();
        });
        m_closer.start();
    }

private:
    int below(int count) { return static_cast<int>(m_random() % static_cast<std::uint32_t>(count)); }

    template <typename List>
    auto& one(List& list) {
        return list[static_cast<std::size_t>(below(static_cast<int>(std::size(list))))];
    }

    QPoint somewhereIn(const QWidget& widget) {
        return {below(std::max(1, widget.width())), below(std::max(1, widget.height()))};
    }

    /// A visible widget of one of the windows.
    QWidget& widget() {
        QWidgetList found;
        for (QWidget* window : QApplication::topLevelWidgets())
            if (window->isVisible()) {
                found << window;
                for (QWidget* child : window->findChildren<QWidget*>())
                    if (child->isVisible())
                        found << child;
            }
        return found.isEmpty() ? static_cast<QWidget&>(m_test.window()) : *one(found);
    }

    void click() {
        QWidget& target = widget();
        constexpr std::array kButtons{Qt::LeftButton, Qt::LeftButton, Qt::LeftButton, Qt::RightButton,
                                      Qt::MiddleButton};
        const QPoint place = somewhereIn(target);
        if (below(5) == 0)
            QTest::mouseDClick(&target, Qt::LeftButton, {}, place);
        else
            QTest::mouseClick(&target, one(kButtons), {}, place);
    }

    void pressKey() {
        constexpr std::array kKeys{Qt::Key_Return, Qt::Key_Escape, Qt::Key_Tab,    Qt::Key_Backtab, Qt::Key_Space,
                                   Qt::Key_Up,     Qt::Key_Down,   Qt::Key_Left,   Qt::Key_Right,   Qt::Key_Delete,
                                   Qt::Key_Plus,   Qt::Key_Minus,  Qt::Key_PageUp, Qt::Key_Home,    Qt::Key_End,
                                   Qt::Key_0,      Qt::Key_1,      Qt::Key_A,      Qt::Key_B,       Qt::Key_C,
                                   Qt::Key_V,      Qt::Key_O,      Qt::Key_X,      Qt::Key_Z,       Qt::Key_F5};
        constexpr std::array kModifiers{Qt::NoModifier, Qt::NoModifier, Qt::ShiftModifier, Qt::ControlModifier};
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus ? focus : &widget(), one(kKeys), one(kModifiers));
    }

    /// Null for a third of the times that nothing is there.
    std::unique_ptr<QMimeData> data() {
        auto made = std::make_unique<QMimeData>();
        switch (below(8)) {
        case 0:
            return below(3) == 0 ? nullptr : std::move(made);
        case 1:
            made->setText(QString("words ").repeated(1 + below(200)));
            break;
        case 2:
            made->setImageData(filled({1 + below(300), 1 + below(300)}, Qt::red));
            break;
        case 3:
            made->setImageData(QImage());
            break;
        case 4:
            made->setData("text/uri-list", "");
            break;
        case 5:
            made->setUrls({QUrl("https://example.org/x.png")});
            break;
        case 6:
            made->setUrls(
                {QUrl::fromLocalFile(m_test.path("good.png")), QUrl::fromLocalFile(m_test.path("broken.png"))});
            break;
        default:
            made->setUrls({QUrl::fromLocalFile(m_test.path(below(2) == 0 ? "broken.png" : "missing"))});
        }
        return made;
    }

    void drop() {
        const auto passed = data();
        if (below(3) != 0) { // whether they want it or not
            QDropEvent event({9, 9}, Qt::CopyAction, passed.get(), Qt::LeftButton, Qt::NoModifier);
            below(2) == 0 ? (m_test.window().*&OpenWindow::dropEvent)(&event)
                          : (m_test.window().showTraining().*&OpenTraining::dropEvent)(&event);
        } else if (passed) {
            dropOn(widget(), *passed);
        }
    }

    void dropOn(QWidget& target, const QMimeData& passed) {
        const QPoint place = somewhereIn(target);
        QDragEnterEvent enter(place, Qt::CopyAction, &passed, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &enter);
        QDropEvent event(place, Qt::CopyAction, &passed, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &event);
    }

    void paste() {
        auto passed = data();
        passed ? QApplication::clipboard()->setMimeData(passed.release()) : QApplication::clipboard()->clear();
        if (below(2) == 0)
            m_test.window().input().paste();
        else if (auto* edit = m_test.child<QuestionEdit>())
            edit->paste();
    }

    void trigger() {
        QList<QAction*> actions;
        for (QAction* action : m_test.window().findChildren<QAction*>())
            if (action->isEnabled() && !action->isSeparator() && !action->menu())
                actions << action;
        if (!actions.isEmpty())
            one(actions)->trigger();
    }

    /// What a hand can do with a panel: only one that is open is floated, moved or put beside another, and one that
    /// floats is docked before it is moved (Qt's layout keeps pointers to what it has deleted when it is not).
    void moveDock() {
        const auto panels = m_test.window().findChildren<Panel*>();
        constexpr std::array kAreas{Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea, Qt::TopDockWidgetArea,
                                    Qt::BottomDockWidgetArea};
        Panel* panel = one(panels);
        const int what = below(5);
        if (what == 0 || panel->isHidden())
            return panel->menuAction()->trigger();
        switch (what) {
        case 1:
            panel->setFloating(!panel->isFloating());
            break;
        case 2:
            panel->setFloating(false);
            m_test.window().addDockWidget(one(kAreas), panel);
            break;
        case 3:
            if (Panel* other = one(panels); other != panel && !other->isHidden()) {
                panel->setFloating(false);
                other->setFloating(false);
                m_test.window().tabifyDockWidget(panel, other);
            }
            break;
        default:
            panel->close();
        }
    }

    void resize() {
        ui::MainWindow& window = m_test.window();
        switch (below(6)) {
        case 0:
            window.showMaximized();
            break;
        case 1:
            window.showMinimized();
            break;
        case 2:
            window.showFullScreen();
            break;
        default:
            window.showNormal();
            window.resize(100 + below(2000), 100 + below(1400));
        }
    }

    void setValue() {
        QWidgetList inputs;
        for (QWidget* child : m_test.window().findChildren<QWidget*>())
            if (child->isEnabled() && (qobject_cast<QAbstractSlider*>(child) || qobject_cast<QComboBox*>(child) ||
                                       qobject_cast<QAbstractSpinBox*>(child)))
                inputs << child;
        if (inputs.isEmpty())
            return;
        QWidget* input = one(inputs);
        if (auto* slider = qobject_cast<QAbstractSlider*>(input))
            slider->setValue(slider->minimum() + below(slider->maximum() - slider->minimum() + 1));
        else if (auto* choice = qobject_cast<QComboBox*>(input))
            choice->setCurrentIndex(below(choice->count() + 1) - 1);
        else
            qobject_cast<QAbstractSpinBox*>(input)->stepBy(below(21) - 10);
    }

    void drag() {
        ScreenCanvas& canvas = m_test.window().canvas();
        const Qt::MouseButton button = below(3) == 0 ? Qt::MiddleButton : Qt::LeftButton;
        QTest::mousePress(&canvas, button, below(3) == 0 ? Qt::ShiftModifier : Qt::NoModifier, somewhereIn(canvas));
        for (int i = below(4); i > 0; --i)
            QTest::mouseMove(&canvas, somewhereIn(canvas) + QPoint(below(200) - 100, below(200) - 100));
        if (below(4) != 0) // else the button stays down, as over another window
            QTest::mouseRelease(&canvas, button, {}, somewhereIn(canvas));
    }

    void turn() {
        QWidget& target = below(2) == 0 ? m_test.window().canvas() : widget();
        const QPoint place = somewhereIn(target);
        QWheelEvent event(place, target.mapToGlobal(place), {}, {0, 120 * (below(7) - 3)}, Qt::NoButton,
                          below(2) == 0 ? Qt::ControlModifier : Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&target, &event);
    }

    void askOrStop() {
        auto* edit = m_test.child<QuestionEdit>();
        edit->setPlainText(below(4) == 0 ? QString() : QString("Where is it? ").repeated(1 + below(30)));
        QTest::keyClick(edit, below(3) == 0 ? Qt::Key_Escape : Qt::Key_Return);
    }

    void changeWorld() {
        test::FakeScript& script = m_test.script();
        switch (below(8)) {
        case 0:
            script.failWith(below(2) == 0 ? "out of memory" : "");
            break;
        case 1:
            script.failLoadWith(below(2) == 0 ? "no model" : "");
            break;
        case 2:
            script.hold();
            break;
        case 3:
            script.release();
            break;
        case 4:
            script.setRegions({box()});
            break;
        case 5:
            m_test.window().loadModel(QStringLiteral("/models/fake"));
            break;
        case 6:
            m_test.window().showTraining().setVisible(below(2) == 0);
            break;
        default:
            FakeScreen::s_mood = below(7);
            if (const int kind = below(6); kind < 4)
                m_test.window().input().capture({static_cast<CaptureKind>(kind)});
            else if (kind == 4)
                m_test.window().input().capturer().again();
            else
                m_test.window().input().capturer().setLive(below(2) == 0);
        }
    }

public:
    void act() {
        using Action = void (RandomUser::*)();
        constexpr std::array<Action, 14> kAll{&RandomUser::click,     &RandomUser::click,      &RandomUser::pressKey,
                                              &RandomUser::pressKey,  &RandomUser::drop,       &RandomUser::paste,
                                              &RandomUser::trigger,   &RandomUser::moveDock,   &RandomUser::resize,
                                              &RandomUser::setValue,  &RandomUser::drag,       &RandomUser::turn,
                                              &RandomUser::askOrStop, &RandomUser::changeWorld};
        (this->*one(kAll))();
        QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
    }

private:
    TestWindow& m_test;
    std::mt19937 m_random;
    QTimer m_closer;
};

/// Nothing is held, fails or hides any more.
void calmDown(TestWindow& test) {
    test.script().failWith("");
    test.script().failLoadWith("");
    test.script().release();
    FakeScreen::s_mood = 0;
    QTest::qWait(kCaptureMs);
}

class TestRandomActions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { // a click on Download reaches nobody, and fills no cache
        qputenv("HF_ENDPOINT", "http://127.0.0.1:9");
        qputenv("HF_HUB_CACHE", QFile::encodeName(m_folder.filePath("hub")));
        qputenv("HOME", QFile::encodeName(m_folder.path()));
    }

    void theWindowLivesThroughAnything_data() {
        QTest::addColumn<quint32>("seed");
        for (const quint32 seed : {1u, 2u, 3u, 4u})
            QTest::addRow("seed %u", seed) << seed;
    }
    void theWindowLivesThroughAnything() {
        QFETCH(quint32, seed);
        TestWindow test;
        QVERIFY(filled({200, 120}, Qt::yellow).save(test.path("good.png")));
        QFile broken(test.path("broken.png"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("\x89PNG\r\n\x1a\nand nothing more") > 0);
        broken.close();
        {
            RandomUser user(test, seed);
            for (int i = 1; i <= kActions; ++i) {
                user.act();
                if (i % kSettleEvery == 0) {
                    test.script().release();
                    test.settle();
                }
                if (i % kReopenEvery == 0) {
                    calmDown(test);
                    test.reopen();
                }
            }
        }
        calmDown(test);
        test.reopen();
        test.load();
        test.open(test::noise({96, 64}, seed)); // it still does what it is for
        const std::size_t before = test.script().requests().size();
        test.ask("What is this?");
        QCOMPARE(test.script().requests().size(), before + 1);
    }

private:
    QTemporaryDir m_folder;
};

} // namespace

QTEST_MAIN(TestRandomActions)
#include "tst_random_actions.moc"
