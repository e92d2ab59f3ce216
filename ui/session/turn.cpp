#include "ui/session/turn.h"

namespace prunescope::ui {

PixelRect Turn::shownPart() const {
    const std::vector<model::Look>& looks = shown().looks;
    if (looks.size() > 1 && !looks.back().regions.empty())
        return looks.back().part;
    return region.empty() || part().isMarked() ? PixelRect{0, 0, size.width, size.height} : region;
}

} // namespace prunescope::ui
