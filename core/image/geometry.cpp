#include "core/image/geometry.h"

#include <algorithm>

namespace prunescope {

PixelRect clipped(PixelRect rect, Size size) {
    const int left = std::clamp(rect.x, 0, size.width);
    const int top = std::clamp(rect.y, 0, size.height);
    const int right = std::clamp(rect.right(), left, size.width);
    const int bottom = std::clamp(rect.bottom(), top, size.height);
    return {left, top, right - left, bottom - top};
}

} // namespace prunescope
