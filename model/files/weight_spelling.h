#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Names of weights under whatever beginning the program that saved them gave them: the same weight of a model has one
/// canonical name, that of the newest transformers ("model.language_model.layers.0..."). Any thread.

/// The canonical name of a weight or module.
std::string canonicalName(std::string_view name);

/// All names that a weight of this canonical name may have, itself first.
std::vector<std::string> spellings(const std::string& canonical);

} // namespace prunescope::model
