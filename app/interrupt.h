#pragma once

#include <stop_token>
#include <thread>

namespace prunescope::app {

/// While it lives, Ctrl-C, and a system that asks programs to end (SIGTERM), ask for a stop instead of ending the
/// program; the second time ends it. One at a time.
class Interrupt {
public:
    /// Throws Error(Internal) when the system has no pipe left.
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    /// A stop for another reason than a signal.
    void stop() { m_stop.request_stop(); }
    /// Ctrl-C was pressed, or SIGTERM came.
    bool happened() const;

private:
    std::stop_source m_stop;
    std::thread m_listener;
};

} // namespace prunescope::app
