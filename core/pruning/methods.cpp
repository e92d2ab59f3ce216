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

MethodEntry divpruneEntry();
MethodEntry gpruneEntry();
MethodEntry prumergeEntry();
MethodEntry prumergePlusEntry();
MethodEntry visprunerEntry();
MethodEntry poolEntry();
MethodEntry cdprunerEntry();
MethodEntry hipruneEntry();
MethodEntry visionzipEntry();

MethodEntry fastvEntry();
MethodEntry pyramidDropEntry();
MethodEntry fitpruneEntry();
MethodEntry vtwEntry();
MethodEntry dartEntry();
MethodEntry sparsevlmEntry();
MethodEntry ivcPruneEntry();
MethodEntry mustdropEntry();

std::span<const MethodEntry> methods() {
    static const std::array list{
        keepAllEntry(),  rasterEntry(),   serpentineEntry(), pred2DEntry(),    randomEntry(),       connCompEntry(),
        resizeEntry(),   divpruneEntry(), gpruneEntry(),     prumergeEntry(),  prumergePlusEntry(), visprunerEntry(),
        poolEntry(),     cdprunerEntry(), hipruneEntry(),    visionzipEntry(), fastvEntry(),        pyramidDropEntry(),
        fitpruneEntry(), vtwEntry(),      dartEntry(),       sparsevlmEntry(), ivcPruneEntry(),     mustdropEntry()};
    return list;
}

} // namespace prunescope
