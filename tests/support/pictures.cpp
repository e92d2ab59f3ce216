#include "tests/support/pictures.h"

#include "core/blocks/block_grid.h"

#include <algorithm>
#include <random>
#include <sstream>

namespace prunescope::test {

namespace {

void fillBlock(std::vector<std::uint8_t>& rgb, int cols, int index, int side, std::uint8_t level) {
    const std::size_t stride = static_cast<std::size_t>(cols * side) * 3;
    const std::size_t left = static_cast<std::size_t>(index % cols * side) * 3;
    for (int y = 0; y < side; ++y) {
        const auto row = rgb.begin() +
                         static_cast<std::ptrdiff_t>(static_cast<std::size_t>(index / cols * side + y) * stride + left);
        std::fill(row, row + side * 3, level);
    }
}

} // namespace

Picture flatBlocks(int rows, int cols, const std::vector<int>& levels, const PatchGeometry& geometry) {
    const Size size = BlockGrid{rows, cols, geometry}.size();
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3);
    for (int i = 0; i < rows * cols; ++i)
        fillBlock(rgb, cols, i, geometry.blockPx(), static_cast<std::uint8_t>(levels.at(static_cast<std::size_t>(i))));
    return Picture(size, std::move(rgb));
}

Picture blocksFromText(const std::string& text) {
    std::istringstream lines(text);
    std::vector<int> levels;
    int rows = 0;
    for (std::string line; std::getline(lines, line, '/'); ++rows)
        for (const char c : line)
            levels.push_back(20 * (c - '0'));
    return flatBlocks(rows, static_cast<int>(levels.size()) / rows, levels);
}

Picture randomScreen(int rows, int cols, std::uint32_t seed, const PatchGeometry& geometry) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
    std::vector<int> levels(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const bool fresh = i == 0 || below(4) == 0;
        const std::size_t from =
            i >= static_cast<std::size_t>(cols) && below(2) ? i - static_cast<std::size_t>(cols) : i - 1;
        levels[i] = fresh ? below(256) : std::clamp(levels[from] + (below(3) ? 0 : below(13) - 6), 0, 255);
    }
    Picture flat = flatBlocks(rows, cols, levels, geometry);
    std::vector<std::uint8_t> rgb(flat.data(), flat.data() + flat.sizeBytes());
    for (int speck = below(8); speck > 0; --speck) {
        std::uint8_t& value = rgb[random() % rgb.size()];
        value = static_cast<std::uint8_t>(std::clamp(value + below(41) - 20, 0, 255));
    }
    return Picture(flat.size(), std::move(rgb));
}

Picture gradient(Size size, std::uint32_t seed) {
    std::mt19937 random(seed);
    const double across = random() % 61 / 100.0 - 0.3, down = random() % 61 / 100.0 - 0.3;
    const unsigned grain = 1 + static_cast<unsigned>(random() % 4);
    std::vector<std::uint8_t> rgb;
    rgb.reserve(static_cast<std::size_t>(size.area()) * 3);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * 3; ++x) {
            const double level = 128 + across * x / 3 + down * y + static_cast<double>(random() % grain);
            rgb.push_back(static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0)));
        }
    return Picture(size, std::move(rgb));
}

Picture noise(Size size, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3);
    std::generate(rgb.begin(), rgb.end(), [&] { return static_cast<std::uint8_t>(random()); });
    return Picture(size, std::move(rgb));
}

} // namespace prunescope::test
