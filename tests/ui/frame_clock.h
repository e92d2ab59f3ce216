#pragma once

#include <QApplication>
#include <functional>

namespace prunescope::test {

/// The program's event loop with a clock: how long the GUI thread works for a frame, from the event that asks for it to
/// the end of the paint that shows it. GUI thread.
class FrameClock : public QApplication {
    Q_OBJECT

public:
    /// Times of one frame in ms.
    struct Frame {
        double work = 0;    ///< all that the GUI thread did
        double longest = 0; ///< the longest time for which it took no other event
        double wall = 0;    ///< with what was waited for
    };

    FrameClock(int& argc, char** argv) : QApplication(argc, argv) {}

    /// Calls `begin`, then handles events until `window` has been painted after `isReady` became true.
    Frame measure(QWidget& window, const std::function<void()>& begin, const std::function<bool()>& isReady);

    bool notify(QObject* receiver, QEvent* event) override;

private:
    QWidget* m_window = nullptr; ///< whose paints are watched
    std::function<bool()> m_isReady;
    bool m_paints = false; ///< what was waited for
    bool m_isDone = false;
    int m_depth = 0; ///< of events that send events
    Frame m_frame;
};

} // namespace prunescope::test
