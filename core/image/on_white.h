#pragma once

#include "core/image/decoded_pixels.h"
#include "core/image/image_notes.h"

namespace prunescope {

/// The picture of decoded pixels as models are shown it: transparency on white (as Qwen's utilities, vLLM and the image
/// processors of transformers 5 do, to the byte), then turned upright.
LoadedImage uprightOnWhite(DecodedPixels pixels);

/// A picture of screens: transparency on black, as gaps between screens are.
Picture uprightOnBlack(DecodedPixels pixels);

} // namespace prunescope
