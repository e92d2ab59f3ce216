#pragma once

#include <stop_token>
#include <thread>

namespace prunescope::app {

/// While it lives, Ctrl-C or a termination request (SIGTERM) asks for a stop instead of ending the program; a second
/// one ends it. One at a time.
class Interrupt {
public:
    /// Starts to catch them. Throws Error(Internal) when the system has no pipe left.
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    /// Requests a stop for another reason.
    void stop() { m_stop.request_stop(); }
    /// Ctrl-C was pressed, or the end was asked for.
    bool happened() const;

private:
    std::stop_source m_stop;
    std::thread m_listener;
};

} // namespace prunescope::app
