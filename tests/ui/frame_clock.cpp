#include "tests/ui/frame_clock.h"

#include "core/base/stage_times.h"

#include <QEvent>
#include <QTimer>
#include <QWidget>
#include <algorithm>
#include <stdexcept>

namespace prunescope::test {

namespace {

constexpr double kMostMs = 20'000;
constexpr int kWakesMs = 1000;

} // namespace

FrameClock::Frame FrameClock::measure(QWidget& window, const std::function<void()>& begin,
                                      const std::function<bool()>& isReady) {
    m_window = &window;
    m_isReady = isReady;
    m_isDone = m_paints = false;
    m_frame = {};
    const Stopwatch wall;
    begin();
    QTimer wakes; // the loop below must see when it has waited for too long
    wakes.start(kWakesMs);
    while (!m_isDone) {
        processEvents(QEventLoop::WaitForMoreEvents);
        if (wall.ms() > kMostMs)
            throw std::runtime_error("a frame was not painted within 20 s");
    }
    m_frame.wall = wall.ms();
    m_window = nullptr;
    return m_frame;
}

// A window paints all its widgets at once, within one event of its own.
bool FrameClock::notify(QObject* receiver, QEvent* event) {
    const auto* painted = event->type() == QEvent::Paint ? qobject_cast<QWidget*>(receiver) : nullptr;
    if (m_window && painted && painted->window() == m_window && m_isReady())
        m_paints = true;
    const Stopwatch timer;
    ++m_depth;
    const bool handled = QApplication::notify(receiver, event);
    --m_depth;
    if (m_depth > 0 || m_isDone)
        return handled;
    const double ms = timer.ms();
    m_frame.work += ms;
    m_frame.longest = std::max(m_frame.longest, ms);
    m_isDone = m_paints;
    return handled;
}

} // namespace prunescope::test
