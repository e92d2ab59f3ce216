#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// What Python reads in a text; nothing where it raises an error. Any thread.

/// float(text): white space around it, a sign, digits of any script, 1_000, 1e3, inf, nan. No commas, no currency.
std::optional<double> pythonFloat(std::u32string_view text);
/// int(text) as decimal digits without zeros in front, of any length: "-12".
std::optional<std::u32string> pythonInteger(std::u32string_view text);
/// int(value) likewise; nothing of inf and nan.
std::optional<std::u32string> pythonInteger(double value);

/// str() of each entry of the text of a list ("['a', 'b']", "[1, 2.5]"), in UTF-8; nothing where `text` is no list of
/// texts, numbers, True, False and None. Lists inside a list are not read.
std::optional<std::vector<std::string>> pythonList(std::string_view text);

} // namespace prunescope
