#pragma once

#include "model/jinja/value.h"

#include <string_view>

namespace prunescope::model::jinja {

/// `input|name(arguments)`.
using Filter = Value (*)(Run& run, const Value& input, const Arguments& arguments);

/// Null for a name that is none.
Filter findFilter(std::string_view name);
/// Throws Fault for a filter that is none: says whether the language has it.
[[noreturn]] void refuseFilter(std::string_view name);

} // namespace prunescope::model::jinja
