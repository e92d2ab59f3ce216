#pragma once

#include "app/terminal/option_table.h"
#include "core/image/geometry.h"

namespace prunescope::app {

/// `--region x,y,w,h`: ask about a part of the picture. `region` must outlive the table.
void addRegionOption(OptionTable& table, PixelRect& region);

/// Checks a region. Throws Error(BadInput) unless it lies inside a picture of `size`.
void checkRegion(PixelRect region, Size size);

} // namespace prunescope::app
