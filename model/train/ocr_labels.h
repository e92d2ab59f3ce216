#pragma once

#include "core/blocks/block_grid.h"
#include "model/datasets/screens/screen.h"

#include <cstdint>
#include <vector>

namespace prunescope::model::train {

/// A half of a block, upper or lower, holds at most one line of text of usual size.
inline constexpr int kHalves = 2;
/// Number of characters that are read in one half.
inline constexpr int kOwnCharacters = 7;
/// Number of character classes: printable ASCII, and none.
inline constexpr int kCharacterClasses = 96;

/// Labels of the auxiliary OCR heads: the text in every half of every block of a drawn picture. Half h of block b is
/// number 2b + h.
struct OcrLabels {
    /// [2 * blocks][7]: characters whose centres lie in a half from left to right, as code - 31; 0 where no more come.
    std::vector<std::uint8_t> own;
    /// [2 * blocks]: the run that has most characters there; -1 where there is none.
    std::vector<std::int32_t> run;
    /// [2 * blocks]: byte of that run's text that stands leftmost there.
    std::vector<std::int32_t> index;
};

/// `grid`: of the picture as the model sees it, which may be another size than it was drawn in.
OcrLabels ocrLabels(const Screen& screen, const BlockGrid& grid);

} // namespace prunescope::model::train
