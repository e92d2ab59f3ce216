#pragma once

#include "model/jinja/value.h"

namespace prunescope::model::jinja {

/// The filter `tojson` of transformers: Python's json.dumps, and not what the language itself has under that name. What
/// people had a part in is theirs as a whole.
Value toJson(Run& run, const Value& input, const Arguments& arguments);

} // namespace prunescope::model::jinja
