#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// What a token is linked to in a graph of tokens.
struct LinkSum {
    double weight = 0; ///< of all its links
    int64_t links = 0;
};

/// Tokens of a group that are conditioned on picks together.
inline constexpr int64_t kConditionedTokens = 16;

/// A group of tokens and the picks of a determinantal process that it has yet to be conditioned on (uniprune-2026
/// spec 2.1). Rows are kept in float32, summed in float64. `similar`, `factors` and `roots` have an entry for each pick
/// so far.
struct Conditioning {
    int64_t first = 0, last = 0;  ///< the picks: those before `first` are in `rows` already
    int64_t tokens = 0;           ///< of the group, at most kConditionedTokens
    const float* const* similar;  ///< similarity of a pick to all tokens
    int64_t column = 0;           ///< of the group's first token in them
    const float* pickedRelevance; ///< of the picks
    const float* relevance;       ///< of the group [kConditionedTokens]
    float base = 0, weight = 0;   ///< kernel: similarity * (base + weight * both relevances)
    const double* const* factors; ///< row elements of a pick at all picks before it
    const double* roots;          ///< square root of what was left of a pick when it was taken
    float* rows;                  ///< [last, kConditionedTokens]
    double* left;                 ///< [kConditionedTokens] loses the square of each new row element
};

/// Loops of methods that choose among visual tokens, for one instruction set. Safe from any thread.
struct SelectionRows {
    /// near[i] = the larger of near[i] and row[i]. Gives the index of the least, of equal ones the smallest.
    int64_t (*approach)(const float* row, int64_t count, float* near);
    /// The first index from `first` on with row[i] above `bound`; `count` where there is none.
    int64_t (*above)(const float* row, int64_t first, int64_t count, float bound);
    /// The largest of all the smaller ones of row[i] and most[i]; -infinity of none.
    float (*largest)(const float* row, const float* most, int64_t count);
    /// Cosines become weights of links in place: exp((c - 1) / temperature), 0 where c < least, c is none or the weight
    /// vanishes.
    LinkSum (*link)(float* row, int64_t count, float least, float temperature);
    /// The sum of row[i] * share[i] in float64.
    double (*weigh)(const float* row, const float* share, int64_t count);
    /// The rows of the picks from `first` on.
    void (*condition)(const Conditioning& group);
    /// Sums weight[i] * from[source[i] * stride + column] of `columns` columns in float32. Numbers are float32, or
    /// bfloat16 as uint16_t.
    void (*mixFloat32)(const float* from, int64_t stride, const int64_t* source, const float* weight, int64_t count,
                       int64_t columns, float* to);
    void (*mixBfloat16)(const uint16_t* from, int64_t stride, const int64_t* source, const float* weight, int64_t count,
                        int64_t columns, uint16_t* to);
};

const SelectionRows& selectionRows(CpuLevel level);

extern const SelectionRows kSelectionRowsScalar;
extern const SelectionRows kSelectionRowsAvx2;   ///< only in builds for x86-64
extern const SelectionRows kSelectionRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
