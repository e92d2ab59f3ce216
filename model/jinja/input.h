#pragma once

#include "model/jinja/run.h"
#include "model/jinja/template.h"

namespace prunescope::model::jinja {

/// The variables of a template, every text marked with who wrote it. Throws Fault.
Dict variablesOf(const Context& context);

} // namespace prunescope::model::jinja
