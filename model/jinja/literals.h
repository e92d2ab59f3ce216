#pragma once

#include "model/jinja/value.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Numbers and texts as templates write them.
namespace prunescope::model::jinja {

/// How many bytes of `text` are a number; 0 where it does not begin with one.
std::size_t integerLength(std::string_view text);
std::size_t floatLength(std::string_view text);

/// An integer in base 2 to 36, of digits with single `_` between them and a sign; with base 0 also with a prefix
/// (0b, 0o, 0x). Nothing where it is none; throws Fault where it is too large.
std::optional<Int> parseInteger(std::string_view text, int base);
/// As float() of Python reads it.
std::optional<double> parseFloat(std::string_view text);

/// What stands between the quotes of a text, with its escapes replaced. Throws Fault for an escape that is none.
std::string unescaped(std::string_view text);

} // namespace prunescope::model::jinja
