#pragma once

#include <string>

namespace prunescope::model {

/// Folders that are something else than a model in safetensors: refused by the name of what they are, with the way out.

/// Refuses a folder without safetensors files that hold a model: throws Error(Unsupported) that names weights in
/// another format (PyTorch, ONNX, an adapter, ...) where there are some, else Error(NotFound).
[[noreturn]] void refuseWithoutWeights(const std::string& folder);

/// Refuses a folder without a config.json: throws Error(Unsupported) that names what it is, where that can be told,
/// else Error(NotFound) that names the models in its folders, if there are any.
[[noreturn]] void refuseWithoutConfig(const std::string& folder);

/// Refuses a folder made for another program whose config.json does not say what model it is: throws
/// Error(Unsupported). A folder that is nothing known is left to others.
void refuseOtherPrograms(const std::string& folder);

/// Requires tokenizer.json; where the tokens are there in another form, says how to get it. Throws Error(NotFound).
void requireTokenizer(const std::string& folder);

} // namespace prunescope::model
