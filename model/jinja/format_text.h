#pragma once

#include "model/jinja/value.h"

/// Python's two ways to put values into a text. Strings keep who wrote them.
namespace prunescope::model::jinja {

/// `format % values`.
Value percentFormatted(Run& run, const Text& format, const Value& values);
/// format.format(arguments).
Value braceFormatted(Run& run, const Text& format, const Arguments& arguments);

} // namespace prunescope::model::jinja
