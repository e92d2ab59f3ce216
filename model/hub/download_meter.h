#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace prunescope::model {

/// Speed of a download: over the last seconds, so that a network that slows down shows.
class DownloadMeter {
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(std::int64_t bytes, Time now);
    /// Bytes a second; 0 until there is something to measure.
    double rate() const;
    /// Seconds until `bytes` more have come; nothing as long as nothing comes.
    std::optional<double> secondsFor(std::int64_t bytes) const;

private:
    struct Sample {
        Time time;
        std::int64_t totalBytes;
    };
    std::deque<Sample> m_samples;
    std::int64_t m_totalBytes = 0;
};

} // namespace prunescope::model
