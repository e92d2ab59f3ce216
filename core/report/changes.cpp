#include "core/report/changes.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/kernels/block_distance.h"

#include <algorithm>
#include <string>

namespace prunescope {

namespace {

/// Cells of a block grid; right and bottom are exclusive.
struct Cells {
    int left, top, right, bottom;

    bool overlaps(const Cells& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
    void include(const Cells& other) {
        left = std::min(left, other.left);
        top = std::min(top, other.top);
        right = std::max(right, other.right);
        bottom = std::max(bottom, other.bottom);
    }
};

/// The box around all changed blocks that hang together with `start`; they are seen then.
Cells takeArea(const KeepMask& changed, std::vector<std::uint8_t>& seen, int start) {
    const BlockGrid grid = changed.grid();
    Cells area{grid.col(start), grid.row(start), grid.col(start) + 1, grid.row(start) + 1};
    std::vector<int> open{start};
    seen[static_cast<std::size_t>(start)] = 1;
    while (!open.empty()) {
        const int row = grid.row(open.back()), col = grid.col(open.back());
        open.pop_back();
        area.include({col, row, col + 1, row + 1});
        for (int y = std::max(0, row - 1); y <= std::min(grid.rows - 1, row + 1); ++y)
            for (int x = std::max(0, col - 1); x <= std::min(grid.cols - 1, col + 1); ++x) {
                const int next = grid.index(y, x);
                if (!changed.kept(next) || seen[static_cast<std::size_t>(next)])
                    continue;
                seen[static_cast<std::size_t>(next)] = 1;
                open.push_back(next);
            }
    }
    return area;
}

/// Boxes that overlap become one, until none do.
void mergeOverlapping(std::vector<Cells>& areas) {
    for (std::size_t i = 0; i < areas.size();) {
        const auto other = std::find_if(areas.begin() + static_cast<std::ptrdiff_t>(i) + 1, areas.end(),
                                        [&](const Cells& area) { return area.overlaps(areas[i]); });
        if (other == areas.end()) {
            ++i;
            continue;
        }
        areas[i].include(*other);
        areas.erase(other);
        i = 0;
    }
}

std::vector<PixelRect> areasOf(const KeepMask& changed) {
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(changed.count()), 0);
    std::vector<Cells> areas;
    for (int i = 0; i < changed.count(); ++i)
        if (changed.kept(i) && !seen[static_cast<std::size_t>(i)])
            areas.push_back(takeArea(changed, seen, i));
    mergeOverlapping(areas);
    std::sort(areas.begin(), areas.end(),
              [](const Cells& a, const Cells& b) { return a.top != b.top ? a.top < b.top : a.left < b.left; });
    std::vector<PixelRect> rects;
    const int side = changed.grid().geometry.blockPx();
    for (const Cells& area : areas)
        rects.push_back(
            {area.left * side, area.top * side, (area.right - area.left) * side, (area.bottom - area.top) * side});
    return rects;
}

std::string sizeText(Size size) {
    return std::to_string(size.width) + " x " + std::to_string(size.height);
}

} // namespace

KeepMask changedBlocks(const PixelBlocks& before, const PixelBlocks& now) {
    if (before.grid() != now.grid())
        throw Error(ErrorKind::BadInput, "picture before is seen as " + sizeText(before.picture().size()) +
                                             " pixels, expected " + sizeText(now.picture().size()) + " as now");
    const BlockGrid grid = now.grid();
    const BlockDistance distance(Reduction::Max, grid.geometry.blockPx());
    std::vector<std::uint8_t> differs(static_cast<std::size_t>(grid.count()), 0);
    parallelRanges(grid.rows, 1 + kBytesPerThread / (grid.cols * grid.geometry.blockSamples()),
                   [&](int first, int last) {
                       for (int i = first * grid.cols; i < last * grid.cols; ++i)
                           differs[static_cast<std::size_t>(i)] =
                               distance(before.block(i), now.block(i), now.strideBytes(), 0) > 0;
                   });
    KeepMask changed(grid);
    for (int i = 0; i < grid.count(); ++i)
        if (differs[static_cast<std::size_t>(i)])
            changed.keep(i);
    return changed;
}

Changes changesSince(const PixelBlocks& before, const PixelBlocks& now) {
    const KeepMask changed = changedBlocks(before, now);
    return {changed, areasOf(changed)};
}

} // namespace prunescope
