#include "tests/ui/fake_portal.h"
#include "ui/capture/portal_file.h"
#include "ui/capture/portal_grabber.h"
#include "ui/session/pixels.h"

#include <QBuffer>
#include <QDBusError>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QScreen>
#include <QSignalSpy>
#include <QUrl>
#include <QtTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace prunescope;
using namespace prunescope::ui;
using namespace std::chrono_literals;
using prunescope::test::FakePortal;
using prunescope::test::PrivateBus;

namespace {

constexpr PortalPatience kQuick{2s, 300ms};
constexpr char kUnknownMethod[] = "org.freedesktop.DBus.Error.UnknownMethod";

QByteArray png(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QImage red(QSize size) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::red);
    return image;
}

} // namespace

/// The portal client against a portal that does whatever portals were measured to do (wayland-capture spec, C1 to C5).
class TestPortal : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateBus> m_bus;
    std::unique_ptr<FakePortal> m_portal;
    std::unique_ptr<QTemporaryDir> m_folder;

    /// What a request came to.
    struct Outcome {
        QByteArray file;
        QString problem;
        int said = 0;
    };

    Outcome ask(PortalPatience patience = kQuick) {
        PortalRequest request(m_bus->connect(), patience);
        Outcome outcome;
        connect(&request, &PortalRequest::taken, this, [&](const QByteArray& file) {
            outcome.file = file;
            ++outcome.said;
        });
        connect(&request, &PortalRequest::failed, this, [&](const QString& problem) {
            outcome.problem = problem;
            ++outcome.said;
        });
        request.start();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(outcome.said > 0, 5000); }();
        QTest::qWait(50); // and nothing more
        return outcome;
    }

    QString write(const QString& name, const QByteArray& bytes) {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }

    static QString uriOf(const QString& path) { return QUrl::fromLocalFile(path).toString(QUrl::FullyEncoded); }

    // A portal that takes a picture, under a name as people have them.
    void takesPictures() {
        m_portal->script.uri = [this] { return uriOf(write("Bildschirmfoto ä #1.png", "pixels")); };
    }

private Q_SLOTS:
    void initTestCase() {
        m_bus = std::make_unique<PrivateBus>();
        if (!m_bus->isRunning())
            QSKIP("dbus-daemon is not installed");
    }
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_portal = std::make_unique<FakePortal>(*m_bus);
    }
    void cleanup() { m_portal.reset(); }

    void aPictureIsReadAndDeleted_data() {
        QTest::addColumn<FakePortal::When>("when");
        QTest::addColumn<bool>("ownHandle");
        QTest::newRow("answered after the return") << FakePortal::When::AfterReturn << false;
        QTest::newRow("answered before the return") << FakePortal::When::BeforeReturn << false;
        QTest::newRow("another handle than the token's") << FakePortal::When::AfterReturn << true;
    }
    void aPictureIsReadAndDeleted() {
        QFETCH(FakePortal::When, when);
        QFETCH(bool, ownHandle);
        takesPictures();
        m_portal->script.when = when;
        m_portal->script.ownHandle = ownHandle;
        const Outcome outcome = ask();
        QCOMPARE(outcome.problem, QString());
        QCOMPARE(outcome.file, QByteArray("pixels"));
        QCOMPARE(outcome.said, 1);
        QCOMPARE(m_portal->options.value("interactive"), QVariant(false));
        QVERIFY(QDir(m_folder->path()).isEmpty()); // portals leave their files behind
        QCOMPARE(m_portal->closed, QStringList());
    }

    void tokensArePartsOfPaths() {
        QSet<QString> tokens;
        for (int i = 0; i < 100; ++i)
            tokens << PortalRequest::nextToken();
        QCOMPARE(tokens.size(), 100);
        for (const QString& token : tokens)
            QVERIFY(QRegularExpression("^[A-Za-z0-9_]+$").match(token).hasMatch());
        const PortalRequest request(m_bus->connect());
        QVERIFY2(QRegularExpression("^/org/freedesktop/portal/desktop/request/1_[0-9]+/ps_[0-9]+_[0-9]+$")
                     .match(request.path())
                     .hasMatch(),
                 qPrintable(request.path()));
    }

    void itIsPatientEnough() { QVERIFY(PortalPatience().call >= 60s && PortalPatience().answer >= 60s); }

    void failuresAreExplained_data() {
        QTest::addColumn<FakePortal::Script>("script");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<bool>("closes");
        const auto add = [](const char* name, FakePortal::Script script, const char* problem, bool closes = false) {
            QTest::newRow(name) << script << QString::fromUtf8(problem) << closes;
        };
        const QString error = "org.freedesktop.DBus.Error.";
        add("cancelled, or no Pictures folder", {.code = 1},
            "Capture was cancelled, or the desktop could not save the picture (does the Pictures folder exist?).");
        add("refused, or a stored No", {.code = 2},
            "The desktop refused or could not take the picture. If you once answered No, allow it again in the "
            "desktop's settings.");
        add("no back end", {.error = kUnknownMethod},
            "No desktop portal back end offers screenshots. Install the one for this desktop, check that PipeWire "
            "runs, then restart xdg-desktop-portal or log in again.");
        add("not installed", {.error = error + "ServiceUnknown"},
            "xdg-desktop-portal is not installed or not running.");
        add("gone in mid-call", {.goes = true}, "The desktop portal stopped; try again.");
        add("the method never returns", {.returns = false, .when = FakePortal::When::Never},
            "The desktop portal stopped; try again.", true);
        add("never answered", {.when = FakePortal::When::Never},
            "No answer from the desktop; is a permission question open?", true);
        add("another error", {.error = "org.example.Odd"},
            "The desktop portal took no picture: as the script says (org.example.Odd).");
        add("a picture that is no file", {.uri = [] { return QString("https://example.org/x.png"); }},
            "The desktop named no picture file but \"https://example.org/x.png\": capture again.");
        add("no picture named", {}, "The desktop named no picture file but \"\": capture again.");
    }
    void failuresAreExplained() {
        QFETCH(FakePortal::Script, script);
        QFETCH(QString, problem);
        QFETCH(bool, closes);
        m_portal->script = script;
        const Outcome outcome = ask({500ms, 300ms});
        QCOMPARE(outcome.problem, problem);
        QCOMPARE(outcome.said, 1);
        QCOMPARE(m_portal->closed.size(), closes ? 1 : 0);
    }

    void nobodyOwnsThePortal() {
        m_portal.reset();
        QCOMPARE(ask().problem, QStringLiteral("xdg-desktop-portal is not installed or not running."));
    }

    void itGoesAfterTheMethodReturned() {
        m_portal->script.when = FakePortal::When::Never;
        QTimer::singleShot(200, this, [this] { m_portal.reset(); });
        QCOMPARE(ask({2s, 4s}).problem, QStringLiteral("The desktop portal stopped; try again."));
    }

    void withoutABusItSaysSo() {
        PortalRequest request(QDBusConnection(QString{}));
        QSignalSpy failed(&request, &PortalRequest::failed);
        request.start();
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains("no session bus"));
    }

    void givingUpClosesTheRequest_data() {
        QTest::addColumn<bool>("ownHandle");
        QTest::newRow("the token's") << false;
        QTest::newRow("another") << true;
    }
    void givingUpClosesTheRequest() {
        QFETCH(bool, ownHandle);
        m_portal->script.when = FakePortal::When::Never;
        m_portal->script.ownHandle = ownHandle;
        {
            PortalRequest request(m_bus->connect());
            request.start();
            QTRY_COMPARE(m_portal->tokens.size(), 1);
            QTest::qWait(100); // the method has returned
        }
        QTRY_COMPARE(m_portal->closed.size(), 1);
        QVERIFY(m_portal->closed[0].endsWith(ownHandle ? QStringLiteral("/t") : m_portal->tokens[0]));
    }

    // Files ----------------------------------------------------------------------------------------------------------

    void onlyOurOwnNewFileIsTouched_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("problem");
        QTest::newRow("of another user") << "other"
                                         << "belongs to another user";
        QTest::newRow("older than the call") << "old"
                                             << "is older than this capture";
        QTest::newRow("a link") << "link"
                                << "can't be opened";
        QTest::newRow("a pipe") << "pipe"
                                << "no picture file";
        QTest::newRow("a folder") << "folder"
                                  << "no picture file";
        QTest::newRow("not there") << "missing"
                                   << "can't be opened";
        QTest::newRow("empty") << "empty"
                               << "empty picture";
    }
    void onlyOurOwnNewFileIsTouched() {
        QFETCH(QString, what);
        QFETCH(QString, problem);
        QString path = m_folder->filePath("out.png");
        if (what == "other" && ::geteuid() != 0)
            path = "/etc/passwd"; // root's, and anybody may read it
        else if (what == "other" || what == "old")
            write("out.png", "pixels");
        if (what == "other" && ::geteuid() == 0)
            QCOMPARE(::chown(QFile::encodeName(path).constData(), 65534, 65534), 0);
        if (what == "old")
            QTest::qWait(50);
        m_portal->script.uri = [&] {
            if (what == "link")
                QFile::link(write("target.png", "pixels"), path);
            else if (what == "pipe")
                ::mkfifo(QFile::encodeName(path).constData(), 0600);
            else if (what == "folder")
                QDir().mkpath(path);
            else if (what == "empty")
                write("out.png", {});
            return uriOf(path);
        };
        const Outcome outcome = ask();
        QVERIFY2(outcome.problem.contains(problem), qPrintable(outcome.problem));
        QVERIFY2(outcome.problem.startsWith(path), qPrintable(outcome.problem));
        QVERIFY(!outcome.problem.contains('\n'));
        QVERIFY(what == "missing" || QFileInfo(path).exists() || QFileInfo(path).isSymLink()); // left alone
    }

    void theSamePathTwiceIsTwoPictures() { // as sway's back end has it
        int count = 0;
        m_portal->script.uri = [&] { return uriOf(write("out.png", QByteArray::number(++count))); };
        QCOMPARE(ask().file, QByteArray("1"));
        QCOMPARE(ask().file, QByteArray("2"));
    }

    void whatTookItsPlaceMeanwhileStays() {
        const timespec before = fileClockNow();
        const QString path = write("out.png", "pixels");
        QCOMPARE(takePortalFile(path, before), QByteArray("pixels"));
        QVERIFY(!QFileInfo::exists(path));
    }

    // Pictures -------------------------------------------------------------------------------------------------------

    void alphaIsDroppedOverBlack() {
        QImage image(64, 32, QImage::Format_ARGB32);
        image.fill(QColor(200, 100, 50, 255));
        image.setPixelColor(0, 0, QColor(200, 100, 50, 0));   // a gap between screens
        image.setPixelColor(1, 0, QColor(200, 100, 50, 127)); // an edge of an enlarged screen
        const DesktopPicture desktop = desktopFromFile(png(image), {{"one", {0, 0, 64, 32}, 1}});
        QVERIFY(!desktop.image.hasAlphaChannel());
        const Picture picture = pictureOf(desktop.image);
        const auto pixel = [&](int x) {
            return QColor(picture.row(0)[3 * x], picture.row(0)[3 * x + 1], picture.row(0)[3 * x + 2]);
        };
        QCOMPARE(pixel(0), QColor(0, 0, 0));
        QVERIFY(std::abs(pixel(1).red() - 100) <= 1 && std::abs(pixel(1).blue() - 25) <= 1);
        QCOMPARE(pixel(2), QColor(200, 100, 50));
    }

    void notesSayWhatIsOdd() {
        const QByteArray file = png(red({416, 144}));
        const std::vector<Screen> mixed{{"one", {0, 0, 128, 72}, 1}, {"two", {128, 0, 80, 60}, 2}};
        QVERIFY(desktopFromFile(file, mixed).note.startsWith("Screen 1: the desktop gives one picture at the largest"));
        const DesktopPicture odd = desktopFromFile(file, {{"one", {0, 0, 640, 480}, 1}});
        QVERIFY(odd.layout.screens().empty());
        QVERIFY(odd.note.contains("416 × 144, which does not fit the screens"));
        QCOMPARE(desktopFromFile(file, {{"one", {0, 0, 208, 72}, 2}}).note, QString());
        QVERIFY_EXCEPTION_THROWN(desktopFromFile("no picture", mixed), std::exception);
    }

    void theGrabberGivesTheDesktop() {
        m_portal->script.uri = [this] {
            return uriOf(write("out.png", png(red(QGuiApplication::primaryScreen()->size()))));
        };
        const auto grabber = makePortalGrabber(m_bus->connect(), kQuick);
        QVERIFY(!grabber->whyNoWindows().isEmpty());
        std::optional<DesktopPicture> seen;
        grabber->grab([&](const DesktopPicture& desktop) { seen = desktop; },
                      [](const QString& m) { QFAIL(qPrintable(m)); });
        QTRY_VERIFY(seen);
        QCOMPARE(seen->image.size(), QGuiApplication::primaryScreen()->size());
        QCOMPARE(seen->layout.screens().size(), std::size_t{1});
        QVERIFY(seen->image.pixelColor(5, 5) == QColor(Qt::red));
    }

    void aBrokenPictureIsSaid() {
        m_portal->script.uri = [this] { return uriOf(write("out.png", png(red({80, 80})).left(60))); };
        const auto grabber = makePortalGrabber(m_bus->connect(), kQuick);
        QString problem;
        grabber->grab([](const DesktopPicture&) { QFAIL("captured nothing"); }, [&](const QString& m) { problem = m; });
        QTRY_VERIFY2(problem.contains("The desktop's picture: "), qPrintable(problem));
    }
};

QTEST_MAIN(TestPortal)
#include "tst_portal.moc"
