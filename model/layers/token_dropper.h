#pragma once

#include "model/layers/kv_cache.h"

#include <functional>
#include <vector>

namespace prunescope::model {

/// The tokens of a prompt between two language layers.
struct LayerTokens {
    std::int64_t layer = 0;                  ///< the one they have just left
    at::Tensor hidden;                       ///< [tokens, width]
    const std::vector<std::int64_t>& tokens; ///< [tokens] which of the prompt they are
    KvCache::View cached;                    ///< keys and values of that layer, of everything it has seen
};

/// Function that drops tokens inside the language model: called after every language layer of a prompt, it returns the
/// rows of `hidden` that go on [kept] int64, ascending and with the last one, or an undefined tensor for all. Those
/// kept keep their positions; layers above never see the others.
using TokenDropper = std::function<at::Tensor(const LayerTokens&)>;

} // namespace prunescope::model
