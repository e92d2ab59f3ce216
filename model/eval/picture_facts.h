#pragma once

#include "core/blocks/pixel_blocks.h"

#include <cstdint>
#include <string>

/// What is known of a picture without a model.
namespace prunescope::model {

/// The identity of a picture: 16 hexadecimal digits that follow from its size and pixels, on every machine.
std::string pictureIdentity(const Picture& picture);

/// Blocks whose content occurs once in their picture. 1 less their share is the duplicate ratio of PixelPrune's table 9
/// (evaluation spec 7).
int uniqueBlocks(const PixelBlocks& blocks);

} // namespace prunescope::model
