#include "model/hub/download_meter.h"

namespace prunescope::model {

namespace {

using namespace std::chrono_literals;
constexpr auto kWindow = 5s;
constexpr auto kStep = 50ms; ///< pieces that come closer together are one sample

} // namespace

void DownloadMeter::add(std::int64_t bytes, Time now) {
    m_totalBytes += bytes;
    if (m_samples.size() > 1 && now - m_samples[m_samples.size() - 2].time < kStep)
        m_samples.back() = {now, m_totalBytes};
    else
        m_samples.push_back({now, m_totalBytes});
    while (m_samples.size() > 2 && now - m_samples[1].time >= kWindow)
        m_samples.pop_front();
}

double DownloadMeter::rate() const {
    if (m_samples.size() < 2)
        return 0;
    const std::chrono::duration<double> time = m_samples.back().time - m_samples.front().time;
    const auto bytes = static_cast<double>(m_samples.back().totalBytes - m_samples.front().totalBytes);
    return time.count() > 0 ? bytes / time.count() : 0;
}

std::optional<double> DownloadMeter::secondsFor(std::int64_t bytes) const {
    const double now = rate();
    return now > 0 ? std::optional(static_cast<double>(bytes) / now) : std::nullopt;
}

} // namespace prunescope::model
