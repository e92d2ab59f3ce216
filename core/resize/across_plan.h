#pragma once

#include "core/kernels/resize_rows.h"
#include "core/resize/filter_taps.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace prunescope {

/// The horizontal pass of a resize as kernels want it: cut into tiles, weights in pairs. Built once for a picture and
/// read by all threads.
class AcrossPlan {
public:
    /// `taps` leads from `inWidth` pixels to `taps.outputs()`.
    AcrossPlan(FilterTaps taps, int inWidth);

    /// Valid as long as the plan lives.
    AcrossTaps taps() const;
    /// Scratch memory that `ResizeRows::across` needs for `batch` rows.
    std::size_t scratchBytes(int batch) const;

private:
    void cutTiles();
    void pairWeights(const AcrossTile& tile);

    FilterTaps m_taps;
    int m_inWidth;
    int m_pairWidth;
    std::vector<AcrossTile> m_tiles;
    std::vector<AcrossWindow> m_windows;
    std::vector<std::int16_t> m_pairWeights;
};

} // namespace prunescope
