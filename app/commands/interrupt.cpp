// A signal handler may do next to nothing, so it only writes a byte into a pipe; a thread reads it and requests the
// stop.
#include "app/commands/interrupt.h"

#include "core/base/error.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace prunescope::app {

namespace {

constexpr char kInterrupted = 'i';
constexpr char kFinished = 'f';

std::array<int, 2> s_pipe{-1, -1};
std::atomic<bool> s_happened = false;
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

constexpr std::array kSignals{SIGINT, SIGTERM};

void onInterrupt(int) {
    const int saved = errno;
    for (const int number : kSignals) // the second one ends the program, whichever it is
        ::signal(number, SIG_DFL);
    s_happened = true;
    (void)!::write(s_pipe[1], &kInterrupted, 1);
    errno = saved;
}

void listen(const std::stop_source& stop) {
    char byte = 0;
    while (::read(s_pipe[0], &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == kInterrupted) {
        auto source = stop;
        source.request_stop();
    }
}

} // namespace

Interrupt::Interrupt() {
    check(s_pipe[0] < 0, "two interrupt handlers at a time");
    check(::pipe2(s_pipe.data(), O_CLOEXEC) == 0, "no pipe for the interrupt handler");
    s_happened = false;
    m_listener = std::thread([stop = m_stop] { listen(stop); });
    struct sigaction action {};
    action.sa_handler = onInterrupt;
    action.sa_flags = SA_RESTART;
    for (const int number : kSignals)
        ::sigaction(number, &action, nullptr);
}

Interrupt::~Interrupt() {
    for (const int number : kSignals)
        ::signal(number, SIG_DFL);
    (void)!::write(s_pipe[1], &kFinished, 1);
    m_listener.join();
    ::close(s_pipe[0]);
    ::close(s_pipe[1]);
    s_pipe = {-1, -1};
}

bool Interrupt::happened() const {
    return s_happened;
}

} // namespace prunescope::app
