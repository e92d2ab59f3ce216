#pragma once

#include "model/jinja/syntax.h"

#include <memory>
#include <string_view>

namespace prunescope::model::jinja {

/// Parses a whole template. `line` is where it reads. Throws Fault.
std::unique_ptr<const Program> parseProgram(std::string_view source, int& line);

} // namespace prunescope::model::jinja
