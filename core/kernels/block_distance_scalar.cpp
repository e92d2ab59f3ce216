// The truth that the other files are tested against, and the way of processors without them.
#include "core/kernels/block_distance_levels.h"

#include "core/blocks/block_grid.h"

#include <array>
#include <cstdlib>

namespace prunescope {

namespace {

constexpr int kRowBytes = kBlockPx * 3;
constexpr int kStripRows = 4; // rows between two looks at the cap: cheap, and early enough

/// Adds up `rowDistance(a, b, so far)` over the rows of two blocks, a strip at a time, until the cap is passed.
template <auto RowDistance>
std::uint32_t distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    std::uint32_t total = 0;
    for (int strip = 0; strip < kBlockPx / kStripRows && total <= cap; ++strip)
        for (int y = 0; y < kStripRows; ++y, a += stride, b += stride)
            total = RowDistance(a, b, total);
    return total;
}

std::uint32_t rowSum(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar) {
    std::uint32_t sum = 0;
    for (int x = 0; x < kRowBytes; ++x)
        sum += static_cast<std::uint32_t>(std::abs(a[x] - b[x]));
    return sofar + sum;
}

std::uint32_t rowSquares(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar) {
    std::uint32_t sum = 0;
    for (int x = 0; x < kRowBytes; ++x) {
        const int difference = a[x] - b[x];
        sum += static_cast<std::uint32_t>(difference * difference);
    }
    return sofar + sum;
}

/// Sample by sample over all rows first: compilers make vectors of that, and not of one running maximum.
std::uint32_t largest(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    std::array<std::uint8_t, kRowBytes> sofar{};
    std::uint32_t total = 0;
    for (int strip = 0; strip < kBlockPx / kStripRows && total <= cap; ++strip) {
        for (int y = 0; y < kStripRows; ++y, a += stride, b += stride)
            for (std::size_t x = 0; x < sofar.size(); ++x) {
                const std::uint8_t high = a[x] > b[x] ? a[x] : b[x], low = a[x] > b[x] ? b[x] : a[x];
                const auto difference = static_cast<std::uint8_t>(high - low);
                sofar[x] = difference > sofar[x] ? difference : sofar[x];
            }
        total = 0;
        for (const std::uint8_t difference : sofar)
            total = difference > total ? difference : total;
    }
    return total;
}

} // namespace

const DistanceKernel kScalarDistances[kReductions] = {largest, distance<rowSum>, distance<rowSquares>};

} // namespace prunescope
