#include "model/network/attention_windows.h"

#include <algorithm>

namespace prunescope::model {

AttentionWindows attentionWindows(const BlockGrid& grid, std::int64_t side) {
    AttentionWindows windows;
    const std::int64_t rows = grid.rows, cols = grid.cols;
    for (std::int64_t top = 0; top < rows; top += side)
        for (std::int64_t left = 0; left < cols; left += side) {
            const std::int64_t bottom = std::min(rows, top + side), right = std::min(cols, left + side);
            for (std::int64_t row = top; row < bottom; ++row)
                for (std::int64_t col = left; col < right; ++col)
                    windows.order.push_back(row * cols + col);
            windows.blocks.push_back((bottom - top) * (right - left));
        }
    return windows;
}

} // namespace prunescope::model
