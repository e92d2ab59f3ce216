// Rows of samples are gone through as they lie in memory, a plain loop for each figure: the compiler vectorises those.
#include "core/report/block_look.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <vector>

namespace prunescope {

namespace {

constexpr std::size_t kChannels = 3;

/// Samples of one row of a block, and of what stands in for it.
struct RowPair {
    std::span<const std::uint8_t> block;
    std::span<const std::uint8_t> shown;

    int difference(std::size_t i) const { return block[i] - shown[i]; }
};

RowPair rowOf(const PixelBlocks& blocks, int block, int shown, int y) {
    const auto samples = static_cast<std::size_t>(blocks.geometry().blockPx()) * kChannels;
    const std::size_t offset = static_cast<std::size_t>(y) * blocks.strideBytes();
    return {{blocks.block(block) + offset, samples}, {blocks.block(shown) + offset, samples}};
}

/// Over the samples of a block.
struct Sums {
    int level = 0, left = 0, top = 0, difference = 0, size = 0;
};

void addSums(const RowPair& row, bool isTop, Sums& sums) {
    int level = 0, left = 0;
    for (const std::uint8_t sample : row.block)
        level += sample;
    for (const std::uint8_t sample : row.block.first(row.block.size() / 2))
        left += sample;
    for (std::size_t i = 0; i < row.block.size(); ++i) {
        sums.difference += row.difference(i);
        sums.size += std::abs(row.difference(i));
    }
    sums.level += level;
    sums.left += left;
    sums.top += isTop ? level : 0;
}

/// Steps between `row` from sample `first` on and `next` from its beginning.
void addSteps(const RowPair& row, std::size_t first, const RowPair& next, BlockLook& look) {
    int step = look.step, errorStep = look.errorStep;
    for (std::size_t i = first; i < row.block.size(); ++i) {
        step = std::max(step, std::abs(row.block[i] - next.block[i - first]));
        errorStep = std::max(errorStep, std::abs(row.difference(i) - next.difference(i - first)));
    }
    look.step = step;
    look.errorStep = errorStep;
}

/// Smallest and largest sample of each column and channel.
struct Extremes {
    std::vector<std::uint8_t> low, high;

    explicit Extremes(std::span<const std::uint8_t> row) : low(row.begin(), row.end()), high(low) {}
    void add(std::span<const std::uint8_t> row) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            low[i] = std::min(low[i], row[i]);
            high[i] = std::max(high[i], row[i]);
        }
    }
    int range(std::size_t channel) const {
        std::uint8_t least = low[channel], most = high[channel];
        for (std::size_t i = channel; i < low.size(); i += kChannels) {
            least = std::min(least, low[i]);
            most = std::max(most, high[i]);
        }
        return most - least;
    }
};

bool equalsLeft(const RowPair& row, std::size_t pixel) {
    return std::equal(row.block.begin() + static_cast<std::ptrdiff_t>(pixel),
                      row.block.begin() + static_cast<std::ptrdiff_t>(pixel + kChannels),
                      row.block.begin() + static_cast<std::ptrdiff_t>(pixel - kChannels));
}

bool isStroke(const RowPair& row, std::size_t pixel) {
    for (std::size_t i = pixel; i < pixel + kChannels; ++i) {
        const auto [low, high] = std::minmax({row.difference(i), row.difference(i - kChannels)});
        if (low >= kStrokeLevels || high <= -kStrokeLevels)
            return true;
    }
    return false;
}

int strokePixels(const PixelBlocks& blocks, int block, int shown) {
    int pixels = 0;
    for (int y = 0; y < blocks.geometry().blockPx(); ++y) {
        const RowPair row = rowOf(blocks, block, shown, y);
        for (std::size_t pixel = kChannels; pixel < row.block.size(); pixel += kChannels)
            pixels += isStroke(row, pixel);
    }
    return pixels;
}

} // namespace

BlockLook lookAt(const PixelBlocks& blocks, int block, int shown) {
    const int side = blocks.geometry().blockPx();
    BlockLook look;
    Sums sums;
    int repeats = 0;
    RowPair before = rowOf(blocks, block, shown, 0);
    Extremes extremes(before.block);
    for (int y = 0; y < side; ++y) {
        const RowPair row = rowOf(blocks, block, shown, y);
        addSums(row, y < side / 2, sums);
        addSteps(row, kChannels, row, look);
        addSteps(row, 0, before, look);
        extremes.add(row.block);
        for (std::size_t pixel = kChannels; pixel < row.block.size(); pixel += kChannels)
            repeats += equalsLeft(row, pixel);
        before = row;
    }
    for (std::size_t channel = 0; channel < kChannels; ++channel)
        look.range = std::max(look.range, extremes.range(channel));
    if (look.errorStep >= kStrokeLevels)
        look.strokePixels = strokePixels(blocks, block, shown);
    const double samples = static_cast<double>(kChannels) * side * side;
    look.repeats = static_cast<double>(repeats) / (side * (side - 1));
    look.slope = 2 * std::max(std::abs(sums.level - 2 * sums.left), std::abs(sums.level - 2 * sums.top)) / samples;
    look.error = sums.size / samples;
    look.bias = std::abs(sums.difference) / samples;
    return look;
}

} // namespace prunescope
