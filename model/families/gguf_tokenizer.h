#pragma once

#include "model/files/gguf_header.h"
#include "model/tokenizer/tokenizer_json.h"

namespace prunescope::model {

/// The tokenizer in the header of a GGUF file as the tokenizer.json that it was made of: the same ids for any text.
/// Throws Error(BadFile) or Error(Unsupported) that names file and key.
TokenizerJson ggufTokenizer(const GgufHeader& header);

} // namespace prunescope::model
