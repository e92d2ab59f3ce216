#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/scene_picture.h"
#include "ui/panels/panel.h"
#include "ui/session/pixels.h"
#include "ui/store/database.h"
#include "ui/window/picture_export.h"
#include "ui/window/picture_input.h"

#include <QApplication>
#include <QClipboard>
#include <QMap>
#include <QMimeData>
#include <QSignalSpy>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kBlocks = 12;
/// Off the grid of blocks, and odd: the half-size copies mix its edge with what lies beside it.
const PixelRect kSecret{101, 67, 151, 139};

/// The same screen but for what stands in the secret part: noise, or for an even secret a flat grey, so that the masks
/// differ too.
Picture screenWith(std::uint32_t secret) {
    const Picture screen = test::randomScreen(kBlocks, kBlocks, 7);
    const Size size{kSecret.width, kSecret.height};
    const Picture inside = secret % 2 == 1
                               ? test::noise(size, secret)
                               : Picture(size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.area()) * 3,
                                                                         static_cast<std::uint8_t>(60 + secret)));
    std::vector<std::uint8_t> rgb(screen.data(), screen.data() + screen.sizeBytes());
    for (int y = 0; y < kSecret.height; ++y)
        std::copy_n(inside.row(y), inside.strideBytes(),
                    rgb.begin() +
                        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y + kSecret.y) * screen.strideBytes() +
                                                    static_cast<std::size_t>(kSecret.x) * 3));
    return Picture(screen.size(), std::move(rgb));
}

QByteArray bytesOf(const Picture& picture) {
    return {reinterpret_cast<const char*>(picture.data()), static_cast<qsizetype>(picture.sizeBytes())};
}

QByteArray bytesOf(const QImage& image) {
    return image.isNull() ? QByteArray() : bytesOf(pictureOf(image));
}

QByteArray bytesOf(const PictureLevels& levels) {
    QByteArray bytes;
    for (const double scale : {1.0, 0.5, 0.25, 0.125})
        bytes += bytesOf(levels.forScale(scale));
    return bytes;
}

bool isBlack(const Picture& picture, PixelRect part) {
    for (int y = part.y; y < part.bottom(); ++y)
        for (int i = part.x * 3; i < part.right() * 3; ++i)
            if (picture.row(y)[i] != 0)
                return false;
    return true;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("missing");
}

/// A log or an export without what differs from run to run.
QByteArray withoutRun(const QByteArray& lines) {
    QByteArray kept;
    for (const QByteArray& line : lines.split('\n')) {
        nlohmann::json record = nlohmann::json::parse(line.toStdString(), nullptr, false);
        if (!record.is_object())
            continue;
        for (const char* key : {"id", "time", "session"})
            record.erase(key);
        for (auto& image : record["images"])
            image.erase("times_ms"); // measured
        kept += QByteArray::fromStdString(record.dump()) + '\n';
    }
    return kept;
}

using Kind = PictureExport::Kind;
const std::pair<Kind, const char*> kKinds[]{{Kind::Shown, "shown.png"},
                                            {Kind::Overlay, "overlay.png"},
                                            {Kind::Restored, "restored.png"},
                                            {Kind::Error, "error.png"},
                                            {Kind::Mask, "mask.json"}};

/// All that anybody gets of a picture, by who gets it.
class Consumers {
public:
    explicit Consumers(TestWindow& test) : m_test(test) {}

    QMap<QString, QByteArray> collect() {
        ask();
        files();
        views();
        return m_bytes;
    }

private:
    void ask() {
        m_test.script().setRegions({box()});
        m_test.ask("What is written there?");
        QVERIFY(m_test.conversation().lookCloser(m_test.conversation().turns().back().id));
        QVERIFY(m_test.settle());
        int number = 0;
        for (const model::Request& request : m_test.script().requests())
            m_bytes[QString("request %1").arg(++number)] = bytesOf(request.images.front().picture);
        for (const model::Request& request : m_test.script().shownPrompts())
            m_bytes["prompt"] += bytesOf(request.images.front().picture);
        m_bytes["log"] = withoutRun(contentOf(m_test.path("log.jsonl")));
        const Database database(m_test.path("prunescope.db"));
        for (QSqlQuery row = database.run("SELECT png, thumbnail FROM pictures ORDER BY id"); row.next();)
            m_bytes["conversations"] += row.value(0).toByteArray() + row.value(1).toByteArray();
    }

    void files() {
        PictureExport& files = m_test.window().files();
        QSignalSpy saved(&files, &PictureExport::saved), copied(&files, &PictureExport::copied);
        for (const auto& [kind, name] : kKinds) {
            files.save(kind, m_test.path(name));
            QVERIFY(saved.wait());
            m_bytes[QString("file ") + name] = contentOf(m_test.path(name));
            files.copy(kind);
            QVERIFY(copied.wait());
            const QMimeData* clipboard = QApplication::clipboard()->mimeData();
            m_bytes[QString("clipboard ") + name] = clipboard->hasImage()
                                                        ? bytesOf(qvariant_cast<QImage>(clipboard->imageData()))
                                                        : clipboard->text().toUtf8();
        }
        History& history = m_test.session().history();
        QSignalSpy exported(&history, &History::exported);
        history.exportTo(m_test.path("export.jsonl"), RecordFormat::JsonLines);
        QVERIFY(exported.wait());
        m_bytes["export"] = withoutRun(contentOf(m_test.path("export.jsonl")));
        m_bytes["settings"] = contentOf(m_test.path("settings.ini"));
    }

    void views() {
        m_bytes["picture"] = bytesOf(m_test.image().screenshot().picture);
        m_bytes["thumbnails"] = bytesOf(m_test.image().levels());
        m_bytes["prompt's picture"] = bytesOf(m_test.session().promptPreview().picture());
        for (const MaskMode mode :
             {MaskMode::Mask, MaskMode::Grid, MaskMode::Off, MaskMode::Restored, MaskMode::Error}) {
            m_test.scene().setMode(mode);
            QVERIFY(m_test.settle());
            const QString name = QString("mode %1").arg(static_cast<int>(mode));
            m_bytes["canvas, " + name] = bytesOf(m_test.window().canvas().grab().toImage());
            if (const auto& restored = m_test.maskView().restoration())
                m_bytes["restored, " + name] = bytesOf(restored->picture);
        }
        m_bytes["mask"] = QByteArray::fromStdString(m_test.maskView().mask().mask.toBase64());
        m_test.scene().setMode(MaskMode::Mask);
    }

    static model::Region box() {
        model::Region region;
        region.label = "there";
        region.px = {90, 60, 200, 130};
        region.norm = {230, 150, 520, 340};
        return region;
    }

    TestWindow& m_test;
    QMap<QString, QByteArray> m_bytes;
};

/// What everybody gets of a screen with that secret, redacted or not.
QMap<QString, QByteArray> seenOf(std::uint32_t secret, bool isRedacted) {
    TestWindow test;
    test.window().resize(1100, 800);
    test.open(screenWith(secret));
    if (isRedacted)
        test.image().redact(kSecret);
    test.load();
    for (auto* panel : test.window().findChildren<Panel*>())
        if (panel->objectName() == QLatin1String("prompt")) {
            panel->show();
            panel->raise();
        }
    MethodSettings settings;
    settings.set(kTau, 0.02);
    test.maskView().setSettings(settings);
    [&] { QVERIFY(test.settle()); }();
    return Consumers(test).collect();
}

/// A screen of which the test says what is on it.
class FakeScreen final : public ScreenGrabber {
public:
    static inline QImage s_image;
    QString unavailable() const override { return {}; }
    QString whyNoWindows() const override { return {}; }
    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)>) override { done({s_image, {}}); }
};

void capture(TestWindow& test, std::uint32_t secret) {
    FakeScreen::s_image = sharedImage(screenWith(secret)).convertToFormat(QImage::Format_RGB32);
    const quint64 before = test.image().id();
    test.window().input().capturer().again();
    QTRY_VERIFY(test.image().id() > before);
    QVERIFY(test.settle());
}

QPoint onCanvas(TestWindow& test, QPointF picture) {
    return test.window().canvas().transform().toView(picture).toPoint();
}

void drag(TestWindow& test, QPointF from, QPointF to) {
    ScreenCanvas& canvas = test.window().canvas();
    QTest::mousePress(&canvas, Qt::LeftButton, {}, onCanvas(test, from));
    QTest::mouseMove(&canvas, onCanvas(test, to));
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, onCanvas(test, to));
}

} // namespace

/// Pixels that are redacted reach nobody.
class TestRedactions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Two screens that differ in the secret alone look the same to everybody, to the byte.
    void nobodyGetsTheSecret() {
        const auto one = seenOf(1, true), other = seenOf(2, true);
        QVERIFY(one.keys() == other.keys());
        for (auto it = one.begin(); it != one.end(); ++it) {
            QVERIFY2(it.value() == other[it.key()], qPrintable(it.key()));
            QVERIFY2(!it.value().isEmpty() || it.key() == "settings", qPrintable(it.key()));
        }
        const nlohmann::json record = nlohmann::json::parse(one["log"].split('\n').front().toStdString());
        QCOMPARE(record.at("redacted"), nlohmann::json::parse("[[101, 67, 151, 139]]"));
        QVERIFY(one["file mask.json"].contains("\"redacted\":[[101,67,151,139]]"));
    }

    /// And the test can tell: without the redaction everybody gets something else.
    void withoutOneTheyDo() {
        const auto one = seenOf(1, false), other = seenOf(2, false);
        for (auto it = one.begin(); it != one.end(); ++it)
            if (it.key() != "settings")
                QVERIFY2(it.value() != other[it.key()], qPrintable(it.key()));
    }

    void thePixelsAreBlackAtOnceAndComeBack() {
        TestWindow test;
        test.open(screenWith(1));
        const QByteArray before = bytesOf(test.image().screenshot().picture);
        const QByteArray levels = bytesOf(test.image().levels());
        const quint64 id = test.image().id();
        const ViewTransform view = test.window().canvas().transform();
        test.image().redact({0, 0, 40, 40});
        test.image().redact(kSecret); // without a look at the event loop in between
        QVERIFY(isBlack(test.image().screenshot().picture, kSecret));
        QCOMPARE(test.image().id(), id + 2);
        test.image().removeRedaction(0);
        QVERIFY(isBlack(test.image().screenshot().picture, kSecret));
        QVERIFY(!isBlack(test.image().screenshot().picture, {0, 0, 40, 40}));
        test.image().clearRedactions();
        QVERIFY(bytesOf(test.image().screenshot().picture) == before);
        QVERIFY(bytesOf(test.image().levels()) == levels);
        QVERIFY(test.settle());
        QVERIFY(test.window().canvas().transform() == view); // it is the same picture to look at
        for (const int none : {-1, 0, 7})
            test.image().removeRedaction(none);
        test.image().redact({5000, 5000, 10, 10});
        QCOMPARE(test.image().id(), id + 4);
    }

    void anotherPictureHasNone() {
        TestWindow test;
        test.open(screenWith(1));
        test.image().redact(kSecret);
        test.open(screenWith(1));
        QVERIFY(test.image().redactions().empty());
        QVERIFY(!isBlack(test.image().screenshot().picture, kSecret));
    }

    void theNextCaptureOfThePlaceKeepsThem() {
        TestWindow test;
        test.setGrabber([] { return std::make_unique<FakeScreen>(); });
        test.reopen();
        capture(test, 1);
        test.load();
        test.image().redact(kSecret);
        capture(test, 2);
        QVERIFY(isBlack(test.image().screenshot().picture, kSecret));
        QVERIFY(isBlack(test.image().before(), kSecret));
        QVERIFY(test.maskView().changes() && test.maskView().changes()->none()); // what changed is redacted
        Capturer& capturer = test.window().input().capturer();
        capturer.setLiveInterval(std::chrono::milliseconds(10));
        FakeScreen::s_image = sharedImage(screenWith(3)).convertToFormat(QImage::Format_RGB32);
        const quint64 id = test.image().id();
        capturer.setLive(true);
        QTRY_VERIFY(test.image().id() > id);
        capturer.setLive(false);
        QVERIFY(test.settle());
        QVERIFY(test.image().isNextFrame());
        test.ask("What?");
        QVERIFY(isBlack(test.script().requests().back().images.front().picture, kSecret));
    }

    void theyLieOnTheDesktopAndNotOnThePicture() {
        OpenImage image;
        const auto open = [&](PixelRect part) {
            const QImage whole = sharedImage(screenWith(1)).convertToFormat(QImage::Format_RGB32);
            image.openCapture({whole.copy(part.x, part.y, part.width, part.height), "part", {{}, part}});
            return QTest::qWaitFor([&] { return image.isIdle(); });
        };
        QVERIFY(open({0, 0, 384, 384}));
        image.redact(kSecret);
        QVERIFY(open({90, 60, 200, 200}));
        QCOMPARE(image.redactions().size(), std::size_t{1});
        const PixelRect moved{kSecret.x - 90, kSecret.y - 60, kSecret.width, kSecret.height};
        QCOMPARE(image.redactions().front(), moved);
        QVERIFY(isBlack(image.screenshot().picture, moved));
        QVERIFY(open({0, 0, 64, 64}));
        QVERIFY(image.redactions().empty());
    }

    void aRunningAnswerIsStopped() {
        TestWindow test;
        test.open(screenWith(1));
        test.load();
        test.script().hold();
        QVERIFY(test.conversation().ask("What?"));
        QTRY_VERIFY(!test.conversation().turns().back().text.isEmpty());
        test.image().redact(kSecret);
        QTRY_VERIFY(test.conversation().turns().back().wasStopped());
        test.script().release();
        test.ask("And now?"); // the first turn is about other pixels
        QCOMPARE(test.script().requests().back().messages.size(), std::size_t{1});
    }

    void theToolDraws() {
        TestWindow test;
        test.open(screenWith(1));
        ScreenCanvas& canvas = test.window().canvas();
        QTest::keyClick(&canvas, Qt::Key_X);
        QVERIFY(canvas.tool() == ScreenCanvas::Tool::Redact);
        drag(test, {40, 40}, {140, 120});
        drag(test, {200, 200}, {300, 260});
        QCOMPARE(test.image().redactions().size(), std::size_t{2}); // the tool stays
        QVERIFY(test.maskView().region().empty());
        const PixelRect first = test.image().redactions().front();
        QVERIFY(std::abs(first.x - 40) <= 2 && std::abs(first.right() - 140) <= 2);
        QVERIFY(isBlack(test.image().screenshot().picture, first));
        QCOMPARE(canvas.redactionAt(onCanvas(test, {90, 80})), 0);
        QTest::mouseMove(&canvas, onCanvas(test, {90, 80}));
        QTest::keyClick(&canvas, Qt::Key_Delete); // the one under the pointer
        QCOMPARE(test.image().redactions().size(), std::size_t{1});
        QVERIFY(!(test.image().redactions().front() == first));
        QTest::keyClick(&canvas, Qt::Key_Escape);
        QVERIFY(canvas.tool() == ScreenCanvas::Tool::Pan);
        QCOMPARE(test.image().redactions().size(), std::size_t{1});
    }

    void theKeyboardDrawsToo() {
        TestWindow test;
        test.open(screenWith(1));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.setTool(ScreenCanvas::Tool::Redact);
        QTest::keyClick(&canvas, Qt::Key_Right); // appears
        QVERIFY(test.image().redactions().empty());
        QTest::keyClick(&canvas, Qt::Key_Right);
        QTest::keyClick(&canvas, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&canvas, Qt::Key_Return);
        QCOMPARE(test.image().redactions().size(), std::size_t{1});
        QCOMPARE(test.image().redactions().front(), (PixelRect{128, 96, 192, 224}));
        QTest::keyClick(&canvas, Qt::Key_Backspace);
        QVERIFY(test.image().redactions().empty());
    }
};

QTEST_MAIN(TestRedactions)
#include "tst_redactions.moc"
