// The truth that the other files are tested against, and the way of processors without them.
#include "core/kernels/block_distance_levels.h"

#include "core/blocks/patch_geometry.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <type_traits>

namespace prunescope {

namespace {

/// `Side` of a block in pixels below: an int, or this, for which the loops over rows are compiled.
using KernelSide = std::integral_constant<int, kKernelSidePx>;

constexpr int kStripRows = 4; // rows between two looks at the cap: cheap, and early enough
static_assert(kKernelSidePx % kStripRows == 0);

/// Rows of the strip that begins at row `first`.
template <typename Side>
int rowsOfStrip(Side side, int first) {
    return std::is_same_v<Side, KernelSide> ? kStripRows : std::min(kStripRows, side - first);
}

/// Adds up `Rows::add(a, b, so far, side)` over the rows of two blocks, a strip at a time, until the cap is passed.
template <typename Rows, typename Side>
std::uint32_t distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap, Side side) {
    std::uint32_t total = 0;
    for (int first = 0; first < side && total <= cap; first += kStripRows)
        for (int y = rowsOfStrip(side, first); y > 0; --y, a += stride, b += stride)
            total = Rows::add(a, b, total, side);
    return total;
}

struct SumRows {
    template <typename Side>
    static std::uint32_t add(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar, Side side) {
        std::uint32_t sum = 0;
        for (int x = 0; x < side * 3; ++x)
            sum += static_cast<std::uint32_t>(std::abs(a[x] - b[x]));
        return sofar + sum;
    }
};

struct SquaresRows {
    template <typename Side>
    static std::uint32_t add(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar, Side side) {
        std::uint32_t sum = 0;
        for (int x = 0; x < side * 3; ++x) {
            const int difference = a[x] - b[x];
            sum += static_cast<std::uint32_t>(difference * difference);
        }
        return sofar + sum;
    }
};

/// Sample by sample over all rows first: compilers make vectors of that, and not of one running maximum.
template <typename Side>
std::uint32_t largest(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap, Side side) {
    constexpr int kMostPx = std::is_same_v<Side, KernelSide> ? kKernelSidePx : PatchGeometry::kMostBlockPx;
    std::array<std::uint8_t, kMostPx * 3> sofar{};
    const auto rowBytes = static_cast<std::size_t>(side * 3);
    std::uint32_t total = 0;
    for (int first = 0; first < side && total <= cap; first += kStripRows) {
        for (int y = rowsOfStrip(side, first); y > 0; --y, a += stride, b += stride)
            for (std::size_t x = 0; x < rowBytes; ++x) {
                const std::uint8_t high = a[x] > b[x] ? a[x] : b[x], low = a[x] > b[x] ? b[x] : a[x];
                const auto difference = static_cast<std::uint8_t>(high - low);
                sofar[x] = difference > sofar[x] ? difference : sofar[x];
            }
        total = 0;
        for (std::size_t x = 0; x < rowBytes; ++x)
            total = sofar[x] > total ? sofar[x] : total;
    }
    return total;
}

template <typename Rows>
std::uint32_t kernelDistance(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    return distance<Rows>(a, b, stride, cap, KernelSide{});
}

std::uint32_t kernelLargest(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    return largest(a, b, stride, cap, KernelSide{});
}

} // namespace

const DistanceKernel kScalarDistances[kReductions] = {kernelLargest, kernelDistance<SumRows>,
                                                      kernelDistance<SquaresRows>};
const AnySideKernel kAnySideDistances[kReductions] = {largest<int>, distance<SumRows, int>, distance<SquaresRows, int>};

} // namespace prunescope
