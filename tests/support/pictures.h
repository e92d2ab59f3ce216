#pragma once

#include "core/blocks/patch_geometry.h"
#include "core/image/picture.h"

#include <cstdint>
#include <string>

namespace prunescope::test {

/// Blocks drawn as text, rows joined by '/': every digit 0-9 is a flat 32x32 block of grey 20*digit, so "00/01" is
/// 64x64.
Picture blocksFromText(const std::string& text);

/// Flat blocks with an explicit grey level each, row by row.
Picture flatBlocks(int rows, int cols, const std::vector<int>& levels, const PatchGeometry& geometry = {});

/// A picture of the given size in blocks whose neighbours are often equal or close: what a screenshot is like, at
/// random.
Picture randomScreen(int rows, int cols, std::uint32_t seed, const PatchGeometry& geometry = {});

/// A slow gradient in a random direction with noise of a few levels: where anchored and sliding modes part.
Picture gradient(Size size, std::uint32_t seed);

/// Every byte at random.
Picture noise(Size size, std::uint32_t seed);

} // namespace prunescope::test
