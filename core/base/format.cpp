#include "core/base/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <nlohmann/json.hpp>
#include <sstream>

namespace prunescope {

namespace {

constexpr int kMostDecimals = 9;

/// With so many decimals that `value` does not read as `other`, which it is not.
std::string formatDistinct(double value, int decimals, double other) {
    std::string text = formatFixed(value, decimals);
    const std::string same = formatFixed(other, decimals), below = "-" + same;
    if (value == other || (text != same && text != below))
        return text;
    return decimals < kMostDecimals ? formatDistinct(value, decimals + 1, other) : shortNumber(value);
}

/// Three digits with the largest unit that leaves one of them before the point.
template <std::size_t N>
std::string formatScaled(double value, const std::array<const char*, N>& units) {
    std::size_t unit = 0;
    while (std::abs(value) >= 1000 && unit + 1 < N) {
        value /= 1000;
        ++unit;
    }
    return formatFixed(value, unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2) + " " + units[unit];
}

} // namespace

std::string formatCount(std::int64_t value) {
    const std::string digits = std::to_string(value < 0 ? -value : value);
    std::string text = value < 0 ? "-" : "";
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            text += "\u202f";
        text += digits[i];
    }
    return text;
}

std::string formatFixed(double value, int decimals) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out.setf(std::ios::fixed);
    out.precision(decimals);
    out << value;
    return out.str();
}

std::string formatNonZero(double value, int decimals) {
    return formatDistinct(value, decimals, 0);
}

std::string formatPercent(double share, int decimals) {
    const std::string fromZero = formatNonZero(100 * share, decimals);
    // What is missing is told from nothing just as what is there.
    return (share < 0.5 ? fromZero : formatDistinct(100 * share, decimals, 100)) + " %";
}

std::string formatCounted(std::int64_t value, std::string_view one, std::string_view many) {
    const std::string noun = value == 1 ? std::string(one) : many.empty() ? std::string(one) + "s" : std::string(many);
    return formatCount(value) + " " + noun;
}

std::string formatAboutMs(double ms) {
    const bool isSeconds = ms >= 995;
    const double value = isSeconds ? ms / 1000 : ms;
    const char* unit = isSeconds ? " s" : " ms";
    if (value >= 99.5)
        return formatFixed(std::round(value / 10) * 10, 0) + unit;
    return formatFixed(value, value < 0.995 ? 2 : value < 9.95 ? 1 : 0) + unit;
}

std::string formatMs(double ms) {
    if (ms >= 1000)
        return formatFixed(ms / 1000, 2) + " s";
    return formatNonZero(ms, ms < 10 ? 2 : 1) + " ms";
}

std::string formatDuration(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 10)
        return formatNonZero(seconds, 1) + " s";
    if (whole < 60)
        return std::to_string(whole) + " s";
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string formatBytes(std::int64_t bytes) {
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
    return formatScaled(static_cast<double>(bytes), kUnits);
}

std::string formatFlop(double flop) {
    constexpr std::array kUnits{"FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP"};
    return formatScaled(flop, kUnits);
}

std::string shortNumber(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return std::string(text.data(), end);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string inQuotes(std::string_view text) {
    constexpr std::size_t kLongest = 80;
    const bool cut = text.size() > kLongest;
    const nlohmann::json json(std::string(text.substr(0, kLongest)) + (cut ? "..." : ""));
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string join(const std::vector<std::string>& items, std::string_view separator) {
    std::string text;
    for (const std::string& item : items) {
        if (!text.empty())
            text += separator;
        text += item;
    }
    return text;
}

} // namespace prunescope
