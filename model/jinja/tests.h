#pragma once

#include "model/jinja/value.h"

#include <string_view>

namespace prunescope::model::jinja {

/// `input is name(arguments)`.
using Test = bool (*)(Run& run, const Value& input, const Arguments& arguments);

/// Null for a name that is none.
Test findTest(std::string_view name);
[[noreturn]] void refuseTest(std::string_view name);

} // namespace prunescope::model::jinja
