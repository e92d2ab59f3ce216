#include "core/blocks/block_grid.h"

#include "core/base/error.h"

#include <string>

namespace prunescope {

BlockGrid BlockGrid::of(Size resized, const PatchGeometry& geometry) {
    check(geometry.valid(), "blocks of a size that can be compared");
    const int side = geometry.blockPx();
    if (resized.width <= 0 || resized.height <= 0 || resized.width % side || resized.height % side)
        throw Error(ErrorKind::BadInput,
                    "picture of " + std::to_string(resized.width) + "x" + std::to_string(resized.height) +
                        " can't be cut into blocks: expected sides that are multiples of " + std::to_string(side));
    return {resized.height / side, resized.width / side, geometry};
}

PixelBox BlockGrid::rectOn(int index, Size original) const {
    const double width = static_cast<double>(original.width) / cols;
    const double height = static_cast<double>(original.height) / rows;
    return {col(index) * width, row(index) * height, (col(index) + 1) * width, (row(index) + 1) * height};
}

} // namespace prunescope
