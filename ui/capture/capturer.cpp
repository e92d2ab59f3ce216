#include "ui/capture/capturer.h"

#include "ui/capture/desktop_screens.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto kHide = 300ms; ///< until the compositor has repainted what was behind the window
constexpr auto kSlow = 8s;    ///< then people are shown a way out; desktops that are awake take 0.2 to 4.3 s

} // namespace

Capturer::Capturer(Parts parts, QObject* parent) : QObject(parent), m_parts(std::move(parts)) {
    for (QTimer* timer : {&m_hidden, &m_slow, &m_next})
        timer->setSingleShot(true);
    connect(&m_hidden, &QTimer::timeout, this, &Capturer::grab);
    connect(&m_slow, &QTimer::timeout, this, &Capturer::onSlow);
    connect(&m_next, &QTimer::timeout, this, &Capturer::nextFrame);
}

Capturer::~Capturer() = default;

void Capturer::capture(const CaptureTarget& target, std::chrono::milliseconds delay) {
    if (m_run && m_run->isFrame)
        cancel(); // people come first
    if (!m_run && start({target}, delay))
        setLive(false);
}

void Capturer::again() {
    if (!m_run)
        start(m_last ? Run{m_last->target, m_last} : Run{}, {});
}

bool Capturer::start(const Run& run, std::chrono::milliseconds delay) {
    auto grabber = m_parts.makeGrabber();
    QString problem = grabber->unavailable();
    if (problem.isEmpty() && run.target.kind == CaptureKind::Window)
        problem = grabber->whyNoWindows();
    if (!problem.isEmpty()) {
        setLive(false);
        Q_EMIT failed(problem);
        return false;
    }
    m_compare.cancel(); // of a frame that nobody waits for any more
    m_run = run;
    m_grabber = std::move(grabber);
    if (!run.hides) {
        grab();
        return true;
    }
    m_stateBefore = m_parts.window->windowState();
    m_parts.window->hide();
    m_hidden.start(std::max<std::chrono::milliseconds>(delay, kHide));
    return true;
}

void Capturer::grab() {
    if (m_run->hides)
        m_slow.start(kSlow);
    m_watch.restart();
    // The answer may come when this is gone, or asks for something else.
    m_grabber->grab(
        [self = QPointer(this), grabber = m_grabber.get()](const DesktopPicture& desktop) {
            if (self && self->m_grabber.get() == grabber)
                self->onPicture(desktop);
        },
        [self = QPointer(this), grabber = m_grabber.get()](const QString& message) {
            if (self && self->m_grabber.get() == grabber)
                self->fail(message);
        });
}

void Capturer::onSlow() {
    m_parts.window->setWindowState(m_stateBefore);
    m_parts.window->show();
    Q_EMIT waiting(tr("The desktop has not answered yet: is a permission question open?"));
}

std::variant<NamedPart, QString> Capturer::samePart(const DesktopPicture& desktop, const Done& done) {
    const bool isPlace = done.target.kind == CaptureKind::Region || done.target.kind == CaptureKind::Window;
    if (!isPlace)
        return partOf(desktop, done.target);
    if (done.desktop != Size{desktop.image.width(), desktop.image.height()})
        return tr("The screens have changed since: choose the region again.");
    return done.part;
}

void Capturer::onPicture(const DesktopPicture& desktop) {
    m_slow.stop();
    m_grabMs = m_watch.ms();
    if (desktop.image.isNull())
        return fail(tr("The screen gave no picture."));
    if (m_run->target.kind == CaptureKind::Region && !m_run->same)
        return chooseRegion(desktop);
    const auto part = m_run->same ? samePart(desktop, *m_run->same) : partOf(desktop, m_run->target);
    if (const auto* problem = std::get_if<QString>(&part))
        return fail(*problem);
    finish(desktop, std::get<NamedPart>(part));
}

void Capturer::chooseRegion(const DesktopPicture& desktop) {
    m_chooser = std::make_unique<RegionChooser>(desktop, m_parts.tokensOf);
    connect(m_chooser.get(), &RegionChooser::chosen, this, [this, desktop](PixelRect rect) {
        const auto whole = partOf(desktop, m_run->target);
        finish(desktop, {rect, std::get<NamedPart>(whole).name});
    });
    connect(m_chooser.get(), &RegionChooser::cancelled, this, &Capturer::end);
    m_chooser->show();
}

void Capturer::finish(const DesktopPicture& desktop, const NamedPart& part) {
    const Run run = *m_run;
    m_last = Done{run.target, part, {desktop.image.width(), desktop.image.height()}};
    if (run.target.kind == CaptureKind::Screen) // the same one, wherever the pointer is
        if (const auto screen = desktop.layout.screenAt({part.rect.x + 0.5, part.rect.y + 0.5}))
            m_last->target.screen = QString::fromStdString(desktop.layout.screens()[*screen].name);
    Capture capture = captureOf(desktop, part);
    capture.isFrame = run.isFrame;
    capture.captureMs = m_grabMs;
    end();
    if (!run.isFrame)
        return publish(capture, true);
    m_compare.start([capture, before = m_frame] { return capture.image != before; },
                    [this, capture](bool isNews) { publish(capture, isNews); });
}

void Capturer::publish(const Capture& capture, bool isNews) {
    m_frame = m_live ? capture.image : QImage();
    if (isNews)
        Q_EMIT captured(capture);
    if (m_live)
        m_next.start(m_interval);
}

void Capturer::fail(const QString& message) {
    end();
    setLive(false);
    Q_EMIT failed(message);
}

void Capturer::cancel() {
    m_compare.cancel();
    if (m_run)
        end();
}

void Capturer::end() {
    m_hidden.stop();
    m_slow.stop();
    if (m_chooser)
        m_chooser->hide();
    // One of the two calls this: it goes when it has returned.
    QMetaObject::invokeMethod(
        this, [grabber = std::shared_ptr(std::move(m_grabber)), chooser = std::shared_ptr(std::move(m_chooser))] {},
        Qt::QueuedConnection);
    const Run run = *std::exchange(m_run, std::nullopt);
    if (!run.hides)
        return;
    m_parts.window->setWindowState(m_stateBefore);
    m_parts.window->show();
    m_parts.window->raise();
    m_parts.window->activateWindow();
}

void Capturer::setLive(bool live) {
    if (live == m_live)
        return;
    m_live = live;
    m_frame = {};
    if (!live) {
        m_next.stop();
        m_compare.cancel();
        if (m_run && m_run->isFrame)
            cancel();
    }
    Q_EMIT liveChanged(live);
    if (live && !m_run)
        m_last ? nextFrame() : again(); // there must be a first one
}

void Capturer::nextFrame() {
    if (m_live && !m_run && m_last)
        start({m_last->target, m_last, true, false}, {});
}

} // namespace prunescope::ui
