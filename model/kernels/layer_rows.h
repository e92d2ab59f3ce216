#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stdint.h>

namespace prunescope {
enum class CpuLevel;
}

namespace prunescope::model {

/// Loops of methods that choose among tokens inside the language model, for one instruction set. Safe from any thread.
struct LayerRows {
    /// to[i] = the squared distance of `from` to row i of `rows` [count, width], from their differences: equal both
    /// ways, 0 to itself.
    void (*squaredDistances)(const float* from, const float* rows, int64_t count, int64_t width, float* to);
    /// Adds softmax(scale * logits) to `map`, number by number. Overwrites the logits.
    void (*addShares)(float* logits, int64_t count, float scale, float* map);
    /// The same; takes the larger number.
    void (*raiseByShares)(float* logits, int64_t count, float scale, float* map);
    /// total[i] += row[i]; most[i] = the larger of most[i] and row[i].
    void (*gather)(const float* row, int64_t count, float* total, float* most);
};

const LayerRows& layerRows(CpuLevel level);

extern const LayerRows kLayerRowsScalar;
extern const LayerRows kLayerRowsAvx2;   ///< only in builds for x86-64
extern const LayerRows kLayerRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope::model
