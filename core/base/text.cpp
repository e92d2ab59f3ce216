#include "core/base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <nlohmann/json.hpp>
#include <sstream>

namespace prunescope {

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

std::string formatMs(double ms) {
    if (ms >= 1000)
        return formatFixed(ms / 1000, 2) + " s";
    return formatFixed(ms, ms < 10 ? 2 : 1) + " ms";
}

std::string formatDuration(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 10)
        return formatFixed(seconds, 1) + " s";
    if (whole < 60)
        return std::to_string(whole) + " s";
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string formatBytes(std::int64_t bytes) {
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::abs(value) >= 1000 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return formatFixed(value, unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2) + " " + kUnits[unit];
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
