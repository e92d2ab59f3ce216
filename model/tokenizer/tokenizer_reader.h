#pragma once

#include "model/tokenizer/tokenizer_file.h"
#include "model/tokenizer/tokenizer_json.h"

#include <string>

namespace prunescope::model {

/// Reads a tokenizer.json, checks it and makes it ready for use. Throws Error(NotFound), Error(BadFile) or
/// Error(Unsupported); every message names the file.
TokenizerFile readTokenizerFile(const std::string& path);

/// The same of a content that comes from elsewhere; `where` is what messages call it.
TokenizerFile readTokenizerFile(TokenizerJson content, const std::string& where);

} // namespace prunescope::model
