#pragma once

#include "model/pruners/language_pruner.h"

#include <span>

namespace prunescope::model {

/// IVC-Prune (uniprune-2026 spec 5): tokens whose rotation is close to none or to a quarter turn mark coordinates; the
/// others are chosen by how close their values are to the question's.

/// Mean cosine and sine of the rotary angles of each token.
struct CoordinateScores {
    std::vector<double> cosines, sines; ///< [n]
};
/// `positions` [3, n] int64 on the CPU.
CoordinateScores coordinateScores(const at::Tensor& positions, const RotaryAxes& rotary);

/// How many tokens are chosen, and for what.
struct IvcShares {
    std::int64_t count = 0; ///< in all
    std::int64_t part = 0;  ///< by largest cosine, and as many by largest sine
    std::int64_t seeds = 0; ///< by the values of text

    /// A fifth and a fiftieth of the budget: what was published at half of all tokens.
    static IvcShares of(std::int64_t count);
};

struct IvcChoice {
    std::vector<std::int64_t> cosine, sine, seeds, kept; ///< rising
    std::vector<float> textScores;                       ///< [n] from the text
    std::vector<float> scores;                           ///< [n] from text and seeds
};
/// Of the values `text` [kvHeads, m, headDim] and `visual` [kvHeads, n, headDim] of a layer. Where what must stay is
/// more than the count, all of that stays.
IvcChoice ivcChoice(const at::Tensor& text, const at::Tensor& visual, const CoordinateScores& coordinates,
                    const IvcShares& shares);

} // namespace prunescope::model
