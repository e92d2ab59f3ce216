#pragma once

#include "model/pruners/language_pruner.h"

#include <span>

namespace prunescope::model {

/// The half of MustDrop that looks at language layers (uniprune spec 4): text that attends to a token saves it.

/// A token is dropped that gets less than `total` of all attention to the picture, and less than `most` of any text
/// token's.
struct DropThresholds {
    double total = 0; ///< g
    double most = 0;  ///< g'
};

/// What text gives each visual token, mean over heads.
struct TextAttention {
    std::vector<float> total; ///< [n] over all text tokens
    std::vector<float> most;  ///< [n] of any text token
};

/// Tokens that stay, rising: those that pass a threshold, and `keySet`.
std::vector<std::int64_t> passing(const TextAttention& attention, const DropThresholds& thresholds,
                                  std::span<const std::int64_t> keySet);

/// The same with the least threshold, one for both, under which at most `count` stay; `keySet` has no more.
std::vector<std::int64_t> passingAtMost(const TextAttention& attention, std::int64_t count,
                                        std::span<const std::int64_t> keySet);

} // namespace prunescope::model
