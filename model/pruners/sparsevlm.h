#pragma once

#include "model/pruners/language_pruner.h"

#include <span>

namespace prunescope::model {

/// SparseVLM v1.5 (uniprune spec 4): text that speaks of the picture rates its tokens; of those that it drops, the best
/// come back as a few groups.

/// Text tokens that rate visual ones.
struct Raters {
    at::Tensor weight;              ///< [text] share of the picture's attention, from input embeddings
    std::vector<std::int64_t> rows; ///< of more than average weight, rising; all where none has
};
Raters textRaters(const at::Tensor& visualEmbeddings, const at::Tensor& textEmbeddings);

/// Dropped tokens that are recycled, and groups that they become.
std::int64_t recycledOf(std::int64_t dropped);
std::int64_t groupsOf(std::int64_t recycled);

/// Groups of rows by density peaks.
struct DensityPeaks {
    std::vector<double> density;
    std::vector<float> delta;          ///< distance to the nearest denser row
    std::vector<std::int64_t> centres; ///< [groups] rising
    std::vector<std::int64_t> group;   ///< [rows] of each
};
/// `rows` [n, width], n >= 1, into groupsOf(n) groups. The smaller of two equal densities is the denser.
DensityPeaks densityPeaks(const at::Tensor& rows);

/// Tokens that a step keeps, and whether it recycles dropped ones.
struct SparseStep {
    std::int64_t kept = 0;
    bool recycles = false;
};
/// The step for `left` tokens under `settings`: by a published schedule, or so that exactly `budget.goal` are left in
/// the end, groups among them.
SparseStep sparseStep(const StepBudget& budget, std::int64_t left, const MethodSettings& settings);

/// Keeps and recycles by `scores` [n]; `hidden` [n, width] of the same tokens.
TokenChoice sparseChoice(std::vector<float> scores, const at::Tensor& hidden, const SparseStep& step);

/// Dropped tokens that come back, rising: the best of those that are not `kept`.
std::vector<std::int64_t> recycledTokens(std::span<const float> scores, std::span<const std::int64_t> kept);

} // namespace prunescope::model
