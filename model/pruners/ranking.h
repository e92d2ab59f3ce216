#pragma once

#include "model/pruners/token_choice.h"

#include <span>

namespace prunescope::model {

/// Which tokens are better than others. Of two equal scores the smaller index wins, NaN is the worst (uniprune spec 0).

/// `scores` [n] as float32 on the host: one wait for the device.
std::vector<float> hostScores(const at::Tensor& scores);

/// Indices from the best score to the worst.
std::vector<std::int64_t> byFallingScore(std::span<const float> scores);
std::vector<std::int64_t> byFallingScore(std::span<const double> scores);

/// The `count` best, or all where they are fewer: rising indices.
std::vector<std::int64_t> bestTokens(std::span<const float> scores, std::int64_t count);
std::vector<std::int64_t> bestTokens(std::span<const double> scores, std::int64_t count);

/// The `count` best of the tokens `among` (rising), rising.
std::vector<std::int64_t> bestAmong(std::span<const float> scores, std::span<const std::int64_t> among,
                                    std::int64_t count);

/// Tokens of both, rising and each once.
std::vector<std::int64_t> united(std::vector<std::int64_t> some, std::span<const std::int64_t> others);

/// Those of 0 .. count-1 that `chosen` (rising) leaves.
std::vector<std::int64_t> allBut(std::span<const std::int64_t> chosen, std::int64_t count);

/// The choice of the `count` best by `scores` [n].
TokenChoice bestChoice(const at::Tensor& scores, std::int64_t count);

} // namespace prunescope::model
