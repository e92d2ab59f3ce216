#pragma once

#include "model/pruners/language_pruner.h"

#include <span>

namespace prunescope::model {

/// Rows of a layer's attention: some queries and all keys. Query head h looks at key head h / (heads / kvHeads).
struct AttentionRows {
    at::Tensor queries; ///< [heads, rows, headDim]
    at::Tensor keys;    ///< [kvHeads, tokens, headDim]
    /// [rows] rising: the query of each row is that token's and sees the tokens up to it. Empty: all see all.
    std::vector<std::int64_t> places;

    /// Tokens that a row sees.
    std::int64_t seen(std::int64_t row) const {
        return places.empty() ? keys.size(1) : places[static_cast<std::size_t>(row)] + 1;
    }
};

/// How the heads of a row become one.
enum class HeadMerge { Mean, Max };

/// What several rows give each token, in float32, on the device of the keys.
struct AttendedTokens {
    at::Tensor total; ///< [tokens] over the rows
    at::Tensor most;  ///< [tokens] of any row
};

/// Softmaxed attention (scaled by 1 / sqrt(headDim)), its heads made one row by row, then taken over the rows. Works in
/// chunks of rows, so that a map of a few MB is all it holds. No rows: zeros.
AttendedTokens attendedTokens(const AttentionRows& rows, HeadMerge merge);
/// The same in LibTorch operations, as on a device.
AttendedTokens attendedTokensGenerally(const AttentionRows& rows, HeadMerge merge);

/// The same of the visual tokens of a picture, of the queries of the tokens `queryRows`, which must have been asked
/// for.
AttendedTokens attendedVisual(const LayerTokens& tokens, std::span<const std::int64_t> queryRows, HeadMerge merge);

/// `values` as an index on the device of `beside`.
at::Tensor indexBeside(std::span<const std::int64_t> values, const at::Tensor& beside);

} // namespace prunescope::model
