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
/// 4255064064 -> "4.26 GB".
std::string formatBytes(std::int64_t bytes);
/// Fixed decimals with a point, whatever the locale.
std::string formatFixed(double value, int decimals);
/// {"a", "b"} -> "a, b".
std::string join(const std::vector<std::string>& items, std::string_view separator = ", ");

} // namespace prunescope
