#include "model/hub/retries.h"

#include "core/base/format.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace prunescope::model {

using std::chrono::milliseconds;

void waitUnlessStopped(milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any nothing;
    std::unique_lock lock(mutex);
    nothing.wait_for(lock, stop, time, [] { return false; });
    if (stop.stop_requested())
        throw Error(ErrorKind::Cancelled, "stopped");
}

bool Retries::waitAfter(const HttpError& error) {
    ++m_failures;
    if (!error.isPassing() || m_failures >= m_policy.attempts || error.wait() > m_policy.longestWait)
        return false;
    const milliseconds backOff = m_policy.firstWait * (1 << (m_failures - 1));
    const milliseconds time = std::max(backOff, milliseconds(error.wait()));
    m_note(std::string(error.what()) + "; trying again in " + formatMs(static_cast<double>(time.count())));
    waitUnlessStopped(time, m_stop);
    m_note({});
    return true;
}

} // namespace prunescope::model
