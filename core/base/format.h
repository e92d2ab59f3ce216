#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Numbers and units as people read them: the same in the window, tables and reports. UTF-8.
namespace prunescope {

/// 2040 -> "2 040" with narrow no-break spaces.
std::string formatCount(std::int64_t value);
/// (1, "line") -> "1 line", (2040, "line") -> "2 040 lines"; `many` where that is not `one` with an s.
std::string formatCounted(std::int64_t value, std::string_view one, std::string_view many = {});
/// 0.4213 -> "0.42 ms", 19.44 -> "19.4 ms", 4750 -> "4.75 s", 0.0021 -> "0.002 ms".
std::string formatMs(double ms);
/// Two digits, as much as an expectation is worth: "0.42 ms", "5.3 ms", "53 ms", "530 ms", "5.3 s".
std::string formatAboutMs(double ms);
/// 0.12 -> "0.1 s", 42.4 -> "42 s", 192 -> "3 min 12 s", 7260 -> "2 h 1 min".
std::string formatDuration(double seconds);
/// 4255064064 -> "4.26 GB".
std::string formatBytes(std::int64_t bytes);
/// 0.2134 -> "21.3 %", 0.00012 -> "0.01 %", 0.99988 -> "99.99 %": never 0 where there is something, never 100 where
/// something is missing.
std::string formatPercent(double share, int decimals = 1);
/// Floating-point operations: 3.14e12 -> "3.14 TFLOP", 4.2e8 -> "420 MFLOP".
std::string formatFlop(double flop);
/// Fixed decimals with a point, whatever the locale.
std::string formatFixed(double value, int decimals);
/// Fixed decimals, with as many more as a value that is not zero needs to be told from zero: (0.0002, 3) -> "0.0002".
std::string formatNonZero(double value, int decimals);
/// The shortest text that reads back as `value`, with a point: 0.02 -> "0.02".
std::string shortNumber(double value);
/// `text` without white space at both ends.
std::string_view trimmed(std::string_view text);
/// A name from a file as part of a one-line message: in double quotes, control characters and damaged UTF-8 replaced,
/// long ones cut.
std::string inQuotes(std::string_view text);
/// {"a", "b"} -> "a, b".
std::string join(const std::vector<std::string>& items, std::string_view separator = ", ");

} // namespace prunescope
