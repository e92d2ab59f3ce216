#pragma once

#include "model/tokenizer/tokenizer_file.h"

#include <string>

namespace prunescope::model {

/// Reads a tokenizer.json, checks it and makes it ready for use. Throws Error(NotFound), Error(BadFile) or
/// Error(Unsupported); every message names the file.
TokenizerFile readTokenizerFile(const std::string& path);

} // namespace prunescope::model
