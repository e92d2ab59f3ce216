#pragma once

#include "core/base/error.h"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace prunescope::model {

/// A request that failed.
class HttpError : public Error {
public:
    /// `wait`: how long the server asks to wait; zero: it does not say.
    HttpError(ErrorKind kind, const std::string& message, bool isPassing, std::chrono::seconds wait = {})
        : Error(kind, message), m_isPassing(isPassing), m_wait(wait) {}
    /// Whether the same request may work a little later.
    bool isPassing() const { return m_isPassing; }
    std::chrono::seconds wait() const { return m_wait; }

private:
    bool m_isPassing;
    std::chrono::seconds m_wait;
};

struct RetryPolicy {
    int attempts = 6;                          ///< in a row without a byte
    std::chrono::milliseconds firstWait{1000}; ///< doubled each time
    std::chrono::seconds longestWait{300};     ///< a server that asks for more is not waited for
};

/// Tells people what is being waited for; an empty text: nothing any more.
using NoteSink = std::function<void(const std::string&)>;

/// Waits for `time`. Throws Error(Cancelled) when `stop` is requested before the time is over.
void waitUnlessStopped(std::chrono::milliseconds time, const std::stop_token& stop);

/// Counts the attempts at one thing and waits longer after each.
class Retries {
public:
    Retries(const RetryPolicy& policy, NoteSink note, std::stop_token stop)
        : m_policy(policy), m_note(std::move(note)), m_stop(std::move(stop)) {}

    /// Notes that something arrived: the next failure is the first one again.
    void progressed() { m_failures = 0; }
    /// Waits before the next attempt; false when there is no point in one. Throws Error(Cancelled).
    bool waitAfter(const HttpError& error);

private:
    RetryPolicy m_policy;
    NoteSink m_note;
    std::stop_token m_stop;
    int m_failures = 0;
};

} // namespace prunescope::model
