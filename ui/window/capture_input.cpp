// Capture, of the ways in which a picture comes in.
#include "ui/capture/desktop_screens.h"
#include "ui/session/mask_view.h"
#include "ui/session/notices.h"
#include "ui/session/open_image.h"
#include "ui/style/format.h"
#include "ui/window/picture_input.h"

#include <QActionGroup>
#include <QMenu>
#include <functional>
#include <utility>
#include <vector>

namespace prunescope::ui {

using namespace std::chrono_literals;

namespace {

/// Times of which one is chosen, `now` at first.
void addTimes(QMenu& menu, std::chrono::milliseconds now,
              const std::vector<std::pair<std::chrono::milliseconds, QString>>& times,
              const std::function<void(std::chrono::milliseconds)>& choose) {
    auto* group = new QActionGroup(&menu);
    for (const auto& [time, title] : times) {
        QAction* action = group->addAction(menu.addAction(title));
        action->setCheckable(true);
        action->setChecked(time == now);
        QObject::connect(action, &QAction::triggered, &menu, [choose, time = time] { choose(time); });
    }
}

} // namespace

void PictureInput::makeCapturer() {
    const auto tokensOf = [&mask = m_parts.mask](Size size) { return mask.tokensOf(size); };
    m_capturer = new Capturer({m_parts.window, m_parts.makeGrabber, tokensOf}, this);
    connect(m_capturer, &Capturer::captured, this, &PictureInput::open);
    connect(m_capturer, &Capturer::failed, &m_parts.notices, &Notices::error);
    connect(m_capturer, &Capturer::waiting, this, [this](const QString& message) {
        m_parts.notices.post({Notice::Level::Info, message, Notice::Action::CancelCapture});
    });
    connect(&m_parts.image, &OpenImage::opening, this, [this] {
        if (!m_opensCapture) // somebody wants to see something else
            m_capturer->setLive(false);
    });
}

void PictureInput::open(const Capture& capture) {
    if (capture.isFrame && !m_parts.image.isIdle())
        return; // the machine is slower than the frames come
    m_opensCapture = true;
    m_parts.image.openCapture(capture);
    m_opensCapture = false;
    if (!capture.note.isEmpty() && !capture.isFrame)
        m_parts.notices.info(capture.note);
}

void PictureInput::capture(const CaptureTarget& target) {
    m_capturer->capture(target, m_delay);
}

void PictureInput::fillCaptureMenu(QMenu& menu) {
    menu.clear();
    menu.setToolTipsVisible(true);
    const auto grabber = m_parts.makeGrabber();
    if (const QString problem = grabber->unavailable(); !problem.isEmpty()) {
        QAction* none = menu.addAction(tr("Not available here"));
        none->setToolTip(problem);
        none->setEnabled(false);
        return;
    }
    addTargets(menu, *grabber);
    menu.addSeparator();
    addRepeats(menu);
    menu.addSeparator();
    addDelays(menu);
}

void PictureInput::addTargets(QMenu& menu, const ScreenGrabber& grabber) {
    const auto add = [&](const QString& title, const CaptureTarget& target) {
        QAction* action = menu.addAction(title);
        connect(action, &QAction::triggered, this, [this, target] { capture(target); });
        return action;
    };
    add(tr("Region…"), {CaptureKind::Region});
    QAction* window = add(tr("Window under the pointer"), {CaptureKind::Window});
    window->setEnabled(grabber.whyNoWindows().isEmpty());
    window->setToolTip(window->isEnabled() ? tr("Choose a delay to point at one") : grabber.whyNoWindows());
    const std::vector<Screen> screens = desktopScreens();
    for (std::size_t i = 0; i < screens.size(); ++i)
        add(tr("%1 · %2").arg(screenTitle(i), sizeText({screens[i].logical.width, screens[i].logical.height})),
            {CaptureKind::Screen, fromUtf8(screens[i].name)});
    if (screens.size() > 1)
        add(tr("All screens"), {CaptureKind::Desktop});
}

void PictureInput::addRepeats(QMenu& menu) {
    QAction* again = menu.addAction(tr("Same again") + QStringLiteral("\tF5"));
    connect(again, &QAction::triggered, m_capturer, &Capturer::again);
    QAction* live = menu.addAction(tr("Live"));
    live->setToolTip(tr("Captures the same again and again and shows what changed. The window stays: keep it away from "
                        "what is captured."));
    live->setCheckable(true);
    live->setChecked(m_capturer->isLive());
    connect(live, &QAction::triggered, m_capturer, &Capturer::setLive);
    addIntervals(*menu.addMenu(tr("Live every")));
}

void PictureInput::addIntervals(QMenu& menu) {
    addTimes(menu, m_capturer->liveInterval(),
             {{200ms, tr("0.2 s")}, {500ms, tr("0.5 s")}, {1s, tr("1 s")}, {2s, tr("2 s")}, {5s, tr("5 s")}},
             [this](std::chrono::milliseconds interval) { m_capturer->setLiveInterval(interval); });
}

void PictureInput::addDelays(QMenu& menu) {
    addTimes(menu, m_delay,
             {{0s, tr("At once")}, {3s, tr("After 3 s")}, {5s, tr("After 5 s")}, {10s, tr("After 10 s")}},
             [this](std::chrono::milliseconds delay) { m_delay = delay; });
}

} // namespace prunescope::ui
