#pragma once

#include "model/tokenizer/bpe_tokenizer.h"

#include <QList>
#include <string>

namespace prunescope::test {

/// Qwen3's tokenizer of tests/data, loaded once.
const model::BpeTokenizer& qwenTokenizer();

/// The tiny model's: of the golden folder when it has one, else of tests/data. Loaded once.
const model::BpeTokenizer& tinyTokenizer();

/// For comparisons that print what differs.
inline QList<std::int64_t> listOf(const std::vector<std::int64_t>& ids) {
    return {ids.begin(), ids.end()};
}

} // namespace prunescope::test
