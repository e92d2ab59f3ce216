#include "core/resize/across_plan.h"

#include <algorithm>
#include <utility>

namespace prunescope {

namespace {

constexpr int kTileIn = 128; // 12 KiB of scratch in the largest batch

constexpr int roundedUp(int value, int unit) {
    return (value + unit - 1) / unit * unit;
}

} // namespace

AcrossPlan::AcrossPlan(FilterTaps taps, int inWidth)
    : m_taps(std::move(taps)), m_inWidth(inWidth), m_pairWidth(m_taps.width / 2 + 1),
      m_windows(static_cast<std::size_t>(roundedUp(m_taps.outputs(), kAcrossGroup))),
      m_pairWeights(m_windows.size() * static_cast<std::size_t>(m_pairWidth) * 2) {
    cutTiles();
    for (const AcrossTile& tile : m_tiles)
        pairWeights(tile);
}

void AcrossPlan::cutTiles() {
    for (int x = 0; x < m_taps.outputs(); x += kAcrossGroup) {
        const auto last = static_cast<std::size_t>(std::min(x + kAcrossGroup, m_taps.outputs()) - 1);
        const int end = m_taps.first[last] + m_taps.count[last];
        if (m_tiles.empty() || end - m_tiles.back().firstIn > kTileIn)
            m_tiles.push_back({x, 0, m_taps.first[static_cast<std::size_t>(x)], 0});
        AcrossTile& tile = m_tiles.back();
        ++tile.groups;
        tile.countIn = end - tile.firstIn;
    }
}

void AcrossPlan::pairWeights(const AcrossTile& tile) {
    const int end = std::min(tile.firstOut + tile.groups * kAcrossGroup, m_taps.outputs());
    for (int x = tile.firstOut; x < end; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const int first = m_taps.first[i] - tile.firstIn, count = m_taps.count[i];
        const int odd = first % 2; // then a weight of 0 goes before
        m_windows[i] = {first / 2, (odd + count + 1) / 2};
        std::copy_n(m_taps.of(x), count,
                    m_pairWeights.begin() + static_cast<std::ptrdiff_t>(x) * m_pairWidth * 2 + odd);
    }
}

AcrossTaps AcrossPlan::taps() const {
    return {.inWidth = m_inWidth,
            .outWidth = m_taps.outputs(),
            .precision = m_taps.precision,
            .first = m_taps.first.data(),
            .count = m_taps.count.data(),
            .weights = m_taps.weights.data(),
            .width = m_taps.width,
            .tiles = m_tiles.data(),
            .tileCount = static_cast<int>(m_tiles.size()),
            .windows = m_windows.data(),
            .pairWeights = m_pairWeights.data(),
            .pairWidth = m_pairWidth};
}

std::size_t AcrossPlan::scratchBytes(int batch) const {
    int largest = 0;
    for (const AcrossTile& tile : m_tiles)
        largest = std::max(largest, roundedUp(tile.countIn, 4));
    return static_cast<std::size_t>(largest) * 6 * static_cast<std::size_t>(batch);
}

} // namespace prunescope
