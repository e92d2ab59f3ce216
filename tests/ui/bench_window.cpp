// bench_window frames PICTURE: how long the GUI thread works for each frame of a window of 1440 x 900 while tau is
// dragged, PICTURE is panned and zoomed, live mode captures it with changes, and two plans are swiped; then the CPU
// time at rest.
// bench_window captures [COUNT]: resident memory over COUNT captures (1000) of the desktop that the program runs on.
// bench_window portal PNG: time of a capture whose PNG a desktop portal wrote: libpng's own, ours for decoding it, and
// ours for all the rest.
// bench_window document PDF: time to the first page with its mask, of turning to each other one, and resident memory.
// Prints JSON. packaging/compare/window runs it on a virtual X server.

#include "core/base/error.h"
#include "core/base/stage_times.h"
#include "core/base/stats.h"
#include "core/image/image_file.h"
#include "tests/ui/frame_clock.h"
#include "tests/ui/test_window.h"
#include "ui/capture/desktop_screens.h"
#include "ui/capture/portal_file.h"
#include "ui/capture/portal_grabber.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"
#include "ui/widgets/tau_slider.h"
#include "ui/window/message_bar.h"
#include "ui/window/picture_input.h"
#include "ui/workers/latest_job.h"

#include <QBuffer>
#include <QFile>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <png.h>
#include <span>
#include <unistd.h>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::FrameClock;
using prunescope::test::TestWindow;
using Json = nlohmann::ordered_json;

namespace {

constexpr QSize kWindow{1440, 900};
constexpr int kFrames = 300;
constexpr int kRuns = 15;

Json rounded(const std::vector<double>& ms) {
    const auto digits = [](double value) { return std::round(value * 100) / 100; };
    return {{"median", digits(median(ms))}, {"p99", digits(percentile(ms, 0.99))}, {"max", digits(percentile(ms, 1))}};
}

Json reportOf(const std::vector<FrameClock::Frame>& frames) {
    const auto column = [&](double FrameClock::Frame::*part) {
        std::vector<double> values;
        for (const FrameClock::Frame& frame : frames)
            values.push_back(frame.*part);
        return rounded(values);
    };
    return {{"frames", frames.size()},
            {"gui_thread_ms", column(&FrameClock::Frame::work)},
            {"longest_event_ms", column(&FrameClock::Frame::longest)},
            {"wall_ms", column(&FrameClock::Frame::wall)}};
}

void mouse(QWidget& target, QEvent::Type type, QPointF at) {
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    const Qt::MouseButtons held = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, target.mapToGlobal(at), button, held, Qt::NoModifier);
    QCoreApplication::sendEvent(&target, &event);
}

void wheel(QWidget& target, QPointF at, int eighths) {
    QWheelEvent event(at, target.mapToGlobal(at), {}, {0, eighths}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(&target, &event);
}

/// Gives a picture with a block of another colour each time, after a real one would have come. They are made before:
/// a real one is made by another program, or in another thread.
class ChangingScreen final : public ScreenGrabber {
public:
    ChangingScreen(const std::vector<QImage>& frames, int& count) : m_frames(frames), m_count(count) {}
    QString unavailable() const override { return {}; }
    QString whyNoWindows() const override { return {}; }
    void grab(std::function<void(DesktopPicture)> done, std::function<void(QString)>) override {
        QTimer::singleShot(20, &m_life, [this, done] {
            const QImage& frame = m_frames[static_cast<std::size_t>(m_count++) % m_frames.size()];
            done({frame, layoutByPixels({frame.width(), frame.height()})});
        });
    }

private:
    const std::vector<QImage>& m_frames;
    int& m_count;
    QObject m_life;
};

std::vector<QImage> changingFrames(const Picture& picture) {
    std::vector<QImage> frames;
    for (int i = 0; i < 4; ++i) {
        QImage frame = sharedImage(picture).convertToFormat(QImage::Format_RGB32);
        QPainter(&frame).fillRect(QRect(64 + 96 * i, 320, 64, 64), QColor::fromHsv(i * 37, 200, 200));
        frames.push_back(std::move(frame));
    }
    return frames;
}

/// Whether the mask that is painted is that of the plan and the picture.
bool showsMask(TestWindow& test) {
    const auto isIdle = [&](const char* job) { return test.maskView().findChild<LatestJob*>(job)->isIdle(); };
    return test.image().isIdle() && isIdle("resize") && isIdle("select");
}

/// A window with a picture, and what is done in it.
class Scenarios {
public:
    Scenarios(FrameClock& clock, Picture picture)
        : m_clock(clock), m_picture(std::move(picture)), m_screens(changingFrames(m_picture)) {
        m_test.setGrabber([this] { return std::make_unique<ChangingScreen>(m_screens, m_grabs); });
        m_test.reopen();
        m_test.window().resize(kWindow);
        m_test.open(m_picture);
    }

    Json run() {
        Json report{{"platform", QGuiApplication::platformName().toStdString()},
                    {"picture", {m_picture.width(), m_picture.height()}},
                    {"window", {kWindow.width(), kWindow.height()}}};
        report["tau drag, fitted"] = reportOf(dragTau());
        report["pan at 1:1"] = reportOf(pan());
        report["zoom"] = reportOf(zoom());
        report["tau drag at 1:1"] = reportOf(dragTau());
        report["live"] = reportOf(live());
        report["swipe between two plans"] = reportOf(swipe());
        report["zoom of two plans"] = reportOf(zoom());
        m_test.session().comparison().setOn(false);
        report["cpu_at_rest_percent"] = cpuAtRest();
        return report;
    }

private:
    ScreenCanvas& canvas() { return m_test.window().canvas(); }
    const Scene& scene() { return canvas().scene().now(); }

    FrameClock::Frame frame(const std::function<void()>& begin) {
        return m_clock.measure(m_test.window(), begin, [this] { return showsMask(m_test); });
    }

    std::vector<FrameClock::Frame> dragTau() {
        auto& slider = *m_test.child<TauSlider>();
        const auto at = [&](int i) { // back and forth, a stop or more each time
            const int way = std::abs(i % 40 - 20);
            return QPointF(12 + way * (slider.width() - 24) / 20.0, 12);
        };
        std::vector<FrameClock::Frame> frames;
        mouse(slider, QEvent::MouseButtonPress, at(0));
        m_test.settle();
        for (int i = 1; i <= kFrames; ++i) {
            const double before = slider.tau();
            const auto time = frame([&] {
                mouse(slider, QEvent::MouseMove, at(i));
                slider.update();
            });
            if (slider.tau() != before)
                frames.push_back(time);
        }
        mouse(slider, QEvent::MouseButtonRelease, at(0));
        return frames;
    }

    std::vector<FrameClock::Frame> pan() {
        canvas().actualSize();
        std::vector<FrameClock::Frame> frames;
        QPointF at(500, 400);
        mouse(canvas(), QEvent::MouseButtonPress, at);
        for (int i = 0; i < kFrames; ++i) {
            at += i / 30 % 2 ? QPointF(-9, -4) : QPointF(9, 4);
            frames.push_back(frame([&] { mouse(canvas(), QEvent::MouseMove, at); }));
        }
        mouse(canvas(), QEvent::MouseButtonRelease, at);
        return frames;
    }

    std::vector<FrameClock::Frame> zoom() {
        canvas().fit();
        std::vector<FrameClock::Frame> frames;
        for (int i = 0; i < kFrames; ++i)
            frames.push_back(frame([&] { wheel(canvas(), {400, 300}, i / 20 % 2 ? -30 : 30); }));
        canvas().actualSize();
        return frames;
    }

    std::vector<FrameClock::Frame> live() {
        canvas().fit();
        auto& capturer = m_test.window().input().capturer();
        capturer.setLiveInterval(std::chrono::milliseconds(30));
        m_test.window().input().capture({CaptureKind::Desktop});
        frame([] {});
        capturer.setLive(true);
        std::vector<FrameClock::Frame> frames;
        for (int i = 0; i < kFrames / 3; ++i) {
            const int before = m_grabs;
            frames.push_back(m_clock.measure(
                m_test.window(), [] {}, [&] { return m_grabs > before && showsMask(m_test); }));
        }
        capturer.setLive(false);
        return frames;
    }

    std::vector<FrameClock::Frame> swipe() {
        canvas().fit();
        frame([this] { m_test.session().comparison().setOn(true); });
        m_test.settle();
        const auto lineAt = [this](double share) {
            return canvas().transform().toView(QPointF(share * m_picture.width(), m_picture.height() / 2.0));
        };
        std::vector<FrameClock::Frame> frames;
        mouse(canvas(), QEvent::MouseButtonPress, lineAt(scene().swipe));
        for (int i = 0; i < kFrames; ++i)
            frames.push_back(
                frame([&] { mouse(canvas(), QEvent::MouseMove, lineAt(0.05 + 0.9 * std::abs(i % 80 - 40) / 40)); }));
        mouse(canvas(), QEvent::MouseButtonRelease, lineAt(scene().swipe));
        if (scene().swipe == 0.5)
            throw std::runtime_error("the line between two plans was not moved");
        return frames;
    }

    double cpuAtRest() {
        QTest::qWait(1000);
        constexpr int kMs = 5000;
        const std::clock_t before = std::clock();
        QTest::qWait(kMs);
        return std::round(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / (kMs / 1000.0) * 1e4) / 100;
    }

    FrameClock& m_clock;
    Picture m_picture;
    std::vector<QImage> m_screens;
    int m_grabs = 0;
    TestWindow m_test;
};

/// The bytes of the PNG that is named, or of the sample.
QByteArray pngFor(const std::vector<std::string>& arguments) {
    QByteArray bytes;
    if (arguments.empty()) {
        const QImage sample(":/samples/editor.png");
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        sample.scaled(sample.size() * 2).save(&buffer, "PNG");
        return bytes;
    }
    QFile file(QString::fromStdString(arguments[0]));
    if (!file.open(QIODevice::ReadOnly))
        throw Error(ErrorKind::NotFound, arguments[0] + ": " + file.errorString().toStdString());
    return file.readAll();
}

std::span<const std::uint8_t> bytesOf(const QByteArray& file) {
    return {reinterpret_cast<const std::uint8_t*>(file.constData()), static_cast<std::size_t>(file.size())};
}

Json frames(FrameClock& clock, const std::vector<std::string>& arguments) {
    return Scenarios(clock, decodeScreens(bytesOf(pngFor(arguments)), "picture")).run();
}

// Captures -----------------------------------------------------------------------------------------------------------

double residentMb() {
    long pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

Json captures(FrameClock&, const std::vector<std::string>& arguments) {
    const int count = arguments.empty() ? 1000 : std::stoi(arguments[0]);
    TestWindow test;
    test.window().resize(kWindow);
    Json report{{"platform", QGuiApplication::platformName().toStdString()}};
    int done = 0;
    QObject::connect(&test.window().input().capturer(), &Capturer::captured, &test.window(), [&] { ++done; });
    for (int i = 1; i <= count; ++i) {
        test.window().input().capture({CaptureKind::Desktop});
        if (!QTest::qWaitFor([&] { return done == i; }, 20'000) || !test.settle())
            throw Error(ErrorKind::BadInput,
                        "capture " + std::to_string(i) + ": " + test.window().messages().text().toStdString());
        if (i == 1)
            report["picture"] = {test.image().size().width, test.image().size().height};
        if (i == 10 || i % 100 == 0)
            report["resident_mb"][std::to_string(i)] = std::round(residentMb() * 10) / 10;
    }
    return report;
}

// Portal -------------------------------------------------------------------------------------------------------------

double msOf(const std::function<void()>& work) {
    const Stopwatch watch;
    work();
    return watch.ms();
}

/// The file as libpng alone reads it, into 8-bit RGBA.
void readWithLibpng(const QByteArray& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image, file.constData(), static_cast<std::size_t>(file.size())))
        throw Error(ErrorKind::BadInput, std::string("libpng: ") + image.message);
    image.format = PNG_FORMAT_RGBA;
    std::vector<png_byte> pixels(PNG_IMAGE_SIZE(image));
    if (!png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr))
        throw Error(ErrorKind::BadInput, std::string("libpng: ") + image.message);
}

Json portal(FrameClock& clock, const std::vector<std::string>& arguments) {
    const QByteArray png = pngFor(arguments);
    TestWindow test;
    test.window().resize(kWindow);
    test.settle();
    std::vector<double> libpng, ours, rest, opened, shown;
    Stopwatch watch;
    double openedMs = 0;
    QObject::connect(&test.image(), &OpenImage::changed, &test.window(), [&] { openedMs = watch.ms(); });
    for (int run = 0; run <= kRuns; ++run) {
        const QString path = test.path("portal.png");
        QFile left(path);
        if (!left.open(QIODevice::WriteOnly) || left.write(png) != png.size())
            throw Error(ErrorKind::WriteFailed, left.errorString().toStdString());
        left.close();
        QByteArray file;
        DesktopPicture desktop;
        const double taking = msOf([&] { file = takePortalFile(path, {}); });
        const double plain = msOf([&] { readWithLibpng(file); });
        const double decoding = msOf([&] { decodeScreens(bytesOf(file), "portal.png"); });
        const double placing = msOf([&] { desktop = desktopFromFile(file, desktopScreens()); }) - decoding;
        const auto frame = clock.measure(
            test.window(),
            [&] {
                watch.restart();
                test.image().openCapture(
                    captureOf(desktop, {{0, 0, desktop.image.width(), desktop.image.height()}, "Desktop"}));
            },
            [&] { return showsMask(test); });
        if (run == 0)
            continue; // pages, fonts, threads
        libpng.push_back(plain);
        ours.push_back(decoding);
        rest.push_back(taking + placing);
        opened.push_back(taking + placing + openedMs);
        shown.push_back(taking + placing + frame.wall);
    }
    return {{"picture", {test.image().size().width, test.image().size().height}},
            {"libpng_ms", rounded(libpng)},
            {"decoding_ms", rounded(ours)},
            {"file_to_picture_ms", rounded(rest)},
            {"file_to_open_picture_ms", rounded(opened)},
            {"file_to_painted_mask_ms", rounded(shown)}};
}

// Documents ----------------------------------------------------------------------------------------------------------

Json document(FrameClock& clock, const std::vector<std::string>& arguments) {
    if (arguments.empty())
        throw Error(ErrorKind::BadInput, "expected a PDF");
    TestWindow test;
    test.window().resize(kWindow);
    test.settle();
    const OpenDocument& document = test.session().document();
    const auto first = clock.measure(
        test.window(), [&] { test.window().input().openFiles({QString::fromStdString(arguments[0])}); },
        [&] { return !test.image().isEmpty() && showsMask(test); });
    Json report{{"pages", document.pages()}, {"first_page_ms", std::round(first.wall)}};
    report["resident_mb"]["1"] = std::round(residentMb());
    std::vector<double> turns;
    for (int page = 1; page < document.pages(); ++page) {
        const QString name = PageName{document.path(), page}.text();
        const auto turn = clock.measure(
            test.window(), [&] { test.session().document().show(page); },
            [&] { return fromUtf8(test.image().screenshot().name) == name && showsMask(test); });
        turns.push_back(turn.wall);
        if ((page + 1) % 50 == 0)
            report["resident_mb"][std::to_string(page + 1)] = std::round(residentMb());
    }
    if (!turns.empty())
        report["turn_ms"] = rounded(turns);
    return report;
}

} // namespace

int main(int argc, char** argv) {
    FrameClock clock(argc, argv);
    const QStringList given = QCoreApplication::arguments();
    std::vector<std::string> arguments;
    for (qsizetype i = 2; i < given.size(); ++i)
        arguments.push_back(given[i].toStdString());
    const std::map<QString, Json (*)(FrameClock&, const std::vector<std::string>&)> works{
        {"frames", frames}, {"captures", captures}, {"portal", portal}, {"document", document}};
    const auto work = works.find(given.value(1));
    if (work == works.end()) {
        std::fputs("usage: bench_window frames [PNG] | captures [COUNT] | portal [PNG] | document PDF\n", stderr);
        return 2;
    }
    try {
        std::puts(work->second(clock, arguments).dump(2).c_str());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_window: %s\n", e.what());
        return 1;
    }
    return 0;
}
