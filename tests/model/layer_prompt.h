#pragma once

#include "model/pruners/language_pruner.h"

#include <numeric>

namespace prunescope::test {

/// `count` numbers from `first` on.
inline std::vector<std::int64_t> countFrom(std::int64_t first, std::int64_t count) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

/// A prompt between layers of `start` rows before, `visual` of and `text` after a picture; no tensors yet.
inline model::LayerTokens layerPrompt(std::int64_t start, std::int64_t visual, std::int64_t text) {
    model::LayerTokens tokens;
    tokens.layer = 2;
    tokens.visual = countFrom(start, visual);
    tokens.text = countFrom(start + visual, text);
    for (std::int64_t i = 0; i < visual; ++i)
        tokens.blocks.push_back(static_cast<int>(i));
    return tokens;
}

} // namespace prunescope::test
