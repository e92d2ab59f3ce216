#pragma once

#include "model/jinja/value.h"

#include <string>

/// Values as Python prints them.
namespace prunescope::model::jinja {

/// The shortest that reads back the same, with a point or an exponent.
std::string printedFloat(double value);
/// A string between quotes, as repr() has it.
std::string quoted(std::string_view text);

/// str(value): what `{{ value }}` writes. Text that people had a part in is theirs, but for strings, which know it byte
/// by byte.
Text printed(Run& run, const Value& value);
/// repr(value).
Text represented(Run& run, const Value& value);

} // namespace prunescope::model::jinja
