#pragma once

#include "core/image/geometry.h"

namespace prunescope {

/// Area that two boxes share by the area of either (IoU), 0..1; 0 where neither has an area. Any thread.
double overlap(const PixelBox& a, const PixelBox& b);

} // namespace prunescope
