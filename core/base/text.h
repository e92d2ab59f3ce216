#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Numbers and units as people read them: the same in the window, tables and reports. UTF-8.
namespace prunescope {

/// 2040 -> "2 040" with narrow no-break spaces.
std::string formatCount(std::int64_t value);
/// 0.4213 -> "0.42 ms", 19.44 -> "19.4 ms", 4750 -> "4.75 s".
std::string formatMs(double ms);
/// 0.12 -> "0.1 s", 42.4 -> "42 s", 192 -> "3 min 12 s", 7260 -> "2 h 1 min".
std::string formatDuration(double seconds);
/// 4255064064 -> "4.26 GB".
std::string formatBytes(std::int64_t bytes);
/// Fixed decimals with a point, whatever the locale.
std::string formatFixed(double value, int decimals);
/// The shortest text that reads back as `value`, with a point: 0.02 -> "0.02".
std::string shortNumber(double value);
/// Without white space at both ends.
std::string_view trimmed(std::string_view text);
/// A name from a file as part of a one-line message: in double quotes, control characters and damaged UTF-8 replaced,
/// long ones cut.
std::string inQuotes(std::string_view text);
/// {"a", "b"} -> "a, b".
std::string join(const std::vector<std::string>& items, std::string_view separator = ", ");

} // namespace prunescope
