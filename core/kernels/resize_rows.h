#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stddef.h>
#include <stdint.h>

namespace prunescope {

enum class CpuLevel;

/// One row of the vertical pass: out[i] is clamp((half + sum of weights[j] * rows[j][i]) >> precision, 0, 255).
struct DownRow {
    const uint8_t* const* rows; ///< [count]
    const int16_t* weights;     ///< [count]
    int count;
    int precision; ///< half is 2^(precision - 1), or 0 at precision 0
};

/// Neighbouring output pixels and the input pixels that they need, few enough for the first cache.
struct AcrossTile {
    int firstOut; ///< a multiple of kAcrossGroup
    int groups;   ///< of kAcrossGroup output pixels; the row's last may be cut short
    int firstIn;
    int countIn;
};

/// An output pixel's window in pairs of input pixels; pair 0 begins at the tile's firstIn.
struct AcrossWindow {
    int firstPair;
    int pairs;
};

/// The horizontal pass of rows [inWidth, 3] to [outWidth, 3]. The same weights twice: as taps and as pairs.
struct AcrossTaps {
    int inWidth;
    int outWidth;
    int precision;
    const int* first;       ///< [outWidth], as AxisTaps
    const int* count;       ///< [outWidth]
    const int16_t* weights; ///< [outWidth, width]
    int width;
    const AcrossTile* tiles; ///< [tileCount], covering all outputs
    int tileCount;
    const AcrossWindow* windows; ///< [outWidth rounded up to kAcrossGroup], those beyond the row are empty
    const int16_t* pairWeights;  ///< [windows, pairWidth, 2], 0 outside of the window
    int pairWidth;
};

inline constexpr int kAcrossGroup = 4;
inline constexpr int kMaxAcrossRows = 16;

/// Row operations of a resize for one instruction set. All are safe from any thread and give the same bytes.
struct ResizeRows {
    int batch; ///< rows that `across` takes at once, at most kMaxAcrossRows
    /// Scales the rows in[batch] to out[batch]; neither reads nor writes beyond a row's pixels. Rows may be repeated,
    /// with their outputs. `scratch` is aligned to 64 bytes, 6 * batch bytes for every input pixel of the largest tile
    /// rounded up to 4.
    void (*across)(const AcrossTaps& taps, const uint8_t* const* in, uint8_t* const* out, void* scratch);
    void (*down)(const DownRow& row, uint8_t* out, size_t bytes);
};

const ResizeRows& resizeRows(CpuLevel level);

extern const ResizeRows kResizeRowsScalar;
extern const ResizeRows kResizeRowsAvx2;   ///< only in builds for x86-64
extern const ResizeRows kResizeRowsAvx512; ///< only in builds for x86-64

} // namespace prunescope
