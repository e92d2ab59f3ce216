#pragma once

#include "app/terminal/option_table.h"
#include "core/image/geometry.h"

#include <vector>

namespace prunescope::app {

/// `--region x,y,w,h`: ask about a part of the picture. `region` must outlive the table.
void addRegionOption(OptionTable& table, PixelRect& region);

/// `--redact x,y,w,h`, as often as wanted: parts whose pixels are overwritten before anything else sees them. `parts`
/// must outlive the table.
void addRedactOption(OptionTable& table, std::vector<PixelRect>& parts);

/// Checks what `--region` named. Throws Error(BadInput) unless it lies inside a picture of `size`.
void checkRegion(PixelRect region, Size size);
/// Checks what `--redact` named. Throws Error(BadInput) unless each part lies inside a picture of `size`: one that does
/// not would leave something readable.
void checkRedactions(const std::vector<PixelRect>& parts, Size size);

} // namespace prunescope::app
