#pragma once

#include "model/pruners/token_choice.h"

#include <span>

namespace prunescope::model {

/// How VisionZip groups tokens.
struct DominantGroups {
    std::vector<std::int64_t> dominant; ///< those of most attention, rising
    std::vector<std::int64_t> targets;  ///< evenly among the others, rising: one a group
    std::vector<std::int64_t> group;    ///< [n] index in `targets`; -1 for dominant ones
};

/// VisionZip (uniprune-2026 spec 4): `count` tokens, 1 <= count <= n, by attention [n]; every token that is neither
/// dominant nor a target joins the target of nearest `keys` [n, width].
DominantGroups groupByKeys(std::span<const float> attention, const at::Tensor& keys, std::int64_t count);

/// The rows that go on: dominant tokens as they are; of each group its target and the mean of its others, added, or
/// the mean of them all.
TokenChoice zipped(const DominantGroups& groups, bool mean);

} // namespace prunescope::model
