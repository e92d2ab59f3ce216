#pragma once

#include "core/image/picture.h"

#include <span>
#include <vector>

namespace prunescope {

/// The picture with every pixel of `parts` black; what of them lies outside counts for nothing. The very same pixels in
/// memory where nothing lies inside.
Picture redacted(const Picture& picture, std::span<const PixelRect> parts);

/// Parts of a picture as parts of another one: both show a desktop, `from` and `to` what of it. Those that the other
/// one does not show at all fall away.
std::vector<PixelRect> movedParts(std::span<const PixelRect> parts, PixelRect from, PixelRect to);

} // namespace prunescope
