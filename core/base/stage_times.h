#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prunescope {

/// Stage names mean the same in the window, the log and the bench (see app/commands.md, "Stages").
namespace stage {
inline constexpr std::string_view kReadImage = "read_image";
inline constexpr std::string_view kResize = "resize";
inline constexpr std::string_view kPreprocess = "preprocess"; ///< 8-bit RGB in host memory -> resized picture
inline constexpr std::string_view kSelect = "select";         ///< resized picture -> mask
inline constexpr std::string_view kVit = "vit";               ///< patch embedding .. merged features
inline constexpr std::string_view kMethod = "method";   ///< choosing among tokens, after the encoder and in layers
inline constexpr std::string_view kPrefill = "prefill"; ///< language layers over the prompt .. first logits
inline constexpr std::string_view kSample = "sample";   ///< first token chosen, and all hand-overs
inline constexpr std::string_view kTtft = "ttft";       ///< sum of the six above
inline constexpr std::string_view kDecodePerToken = "decode_per_token";
inline constexpr std::string_view kTotal = "total";
} // namespace stage

/// Named durations in milliseconds, in the order in which they were first set.
class StageTimes {
public:
    void set(std::string_view name, double ms);
    /// Adds to the stage, or sets it when it is not there yet.
    void add(std::string_view name, double ms);
    /// 0 for a stage that was not measured.
    double ms(std::string_view name) const;
    bool has(std::string_view name) const;
    const std::vector<std::pair<std::string, double>>& entries() const { return m_entries; }

private:
    std::vector<std::pair<std::string, double>> m_entries;
};

/// Wall clock since construction or the last `restart`.
class Stopwatch {
public:
    double ms() const { return std::chrono::duration<double, std::milli>(Clock::now() - m_start).count(); }
    /// Milliseconds so far; counts from zero again.
    double restart() {
        const double elapsed = ms();
        m_start = Clock::now();
        return elapsed;
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point m_start = Clock::now();
};

} // namespace prunescope
