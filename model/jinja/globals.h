#pragma once

#include "model/jinja/value.h"

#include <string_view>

namespace prunescope::model::jinja {

/// The functions that every template finds: range, dict, namespace, cycler, joiner, raise_exception, strftime_now.
/// Missing for other names.
Value globalFunction(std::string_view name);

} // namespace prunescope::model::jinja
