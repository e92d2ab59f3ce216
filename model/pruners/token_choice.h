#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <optional>
#include <vector>

namespace prunescope::model {

/// Rows that are weighted sums of other rows: what methods make that merge tokens. Row r sums `weight[i] *
/// rows[source[i]]` for i in [begin[r], begin[r + 1]).
struct RowMix {
    std::vector<std::int64_t> begin{0}; ///< [rows + 1]
    std::vector<std::int64_t> source;
    std::vector<float> weight;
    bool largest = false; ///< the largest of the weighted components instead of their sum (max pooling)

    std::int64_t rows() const { return static_cast<std::int64_t>(begin.size()) - 1; }
    void add(std::int64_t from, float share) {
        source.push_back(from);
        weight.push_back(share);
    }
    void endRow() { begin.push_back(static_cast<std::int64_t>(source.size())); }
};

/// `rows` [n, width] -> [mix.rows(), width] in the same type and on the same device; sums in float32.
at::Tensor mixRows(const at::Tensor& rows, const RowMix& mix);

/// What a method chose among the n visual tokens of one picture.
struct TokenChoice {
    /// [k] which token each row that goes on stands for: it gives its position. Rising, but for rows that methods add
    /// at the end (PruMerge's extra token, SparseVLM's groups). May be empty inside the language model alone.
    std::vector<std::int64_t> kept;
    std::optional<RowMix> mix; ///< [k] the rows that go on; nothing: those of `kept` as they are
    std::vector<float> scores; ///< [n] what it was chosen by, the more the better; NaN: not scored; empty: no scores
    std::vector<std::int64_t> mergedInto; ///< [n] row of `kept` that a dropped token went into, or -1; empty: into none
};

} // namespace prunescope::model
