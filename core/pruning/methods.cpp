#include "core/pruning/method.h"

#include <array>

namespace prunescope {

MethodEntry keepAllEntry();
MethodEntry rasterEntry();
MethodEntry serpentineEntry();
MethodEntry pred2DEntry();
MethodEntry randomEntry();
MethodEntry connCompEntry();
MethodEntry resizeEntry();

std::span<const MethodEntry> methods() {
    static const std::array list{keepAllEntry(), rasterEntry(),   serpentineEntry(), pred2DEntry(),
                                 randomEntry(),  connCompEntry(), resizeEntry()};
    return list;
}

} // namespace prunescope
