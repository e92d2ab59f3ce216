#pragma once

#include "model/tokenizer/bpe_tokenizer.h"

#include <cstdint>
#include <vector>

namespace prunescope::model::train {

/// Which tokens of an answer are coordinates: [tokens] flags. A coordinate is a whole number within the list of a
/// `bbox_2d` or `point_2d` that is one token; a part of a longer number, of a fraction or of a negative one is none.
std::vector<bool> coordinateTokens(const BpeTokenizer& tokenizer, const std::vector<std::int64_t>& answer);

} // namespace prunescope::model::train
