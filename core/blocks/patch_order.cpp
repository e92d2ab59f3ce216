#include "core/blocks/patch_order.h"

namespace prunescope {

std::vector<int> rowMajorPatchOrder(const BlockGrid& grid) {
    const int merge = grid.geometry.merge, perBlock = grid.geometry.patchesPerBlock();
    std::vector<int> order;
    order.reserve(static_cast<std::size_t>(grid.patchCount()));
    for (int y = 0; y < grid.patchRows(); ++y)
        for (int x = 0; x < grid.patchCols(); ++x)
            order.push_back(grid.index(y / merge, x / merge) * perBlock + y % merge * merge + x % merge);
    return order;
}

std::vector<int> blockPatchOrder(const BlockGrid& grid) {
    const std::vector<int> order = rowMajorPatchOrder(grid);
    std::vector<int> inverse(order.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        inverse[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    return inverse;
}

} // namespace prunescope
