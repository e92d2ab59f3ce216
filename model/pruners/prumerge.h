#pragma once

#include "model/pruners/token_choice.h"

#include <optional>
#include <span>
#include <vector>

namespace prunescope::model {

/// PruMerge and PruMerge+ (uniprune spec 2): the tokens of most attention stay, each with its nearest ones added by
/// their attention; one more token is the sum of all that did not stay.

/// Tokens that stay, rising. Of `budget` one is left for the extra token where there is room; without a budget those
/// stay that stand out by their attention [n].
std::vector<std::int64_t> attended(std::span<const float> attention, std::optional<std::int64_t> budget);

/// The same of PruMerge+: about a quarter as many by attention, and others evenly between.
std::vector<std::int64_t> attendedAndEven(std::span<const float> attention, std::optional<std::int64_t> budget);

/// For each of `chosen` the up to 32 other tokens whose `keys` [n, width] are nearest to its own, nearest first, of
/// equal ones the smaller index.
std::vector<std::vector<std::int64_t>> nearestKeys(const at::Tensor& keys, std::span<const std::int64_t> chosen);

/// The rows that go on: each chosen token with its `neighbours`, and the extra token (none where all or a budget of one
/// were chosen: `withExtra`), which stands for the token of most attention.
TokenChoice mergedByAttention(std::span<const float> attention, std::vector<std::int64_t> chosen,
                              const std::vector<std::vector<std::int64_t>>& neighbours, bool withExtra);

} // namespace prunescope::model
