// Stands for core/pruning/methods.cpp in the program of this test: that list with one line more.
#include "core/pruning/method.h"

#include <array>

namespace prunescope {

MethodEntry keepAllEntry();
MethodEntry pred2DEntry();
MethodEntry connCompEntry();
MethodEntry everyNthEntry();

std::span<const MethodEntry> methods() {
    static const std::array list{keepAllEntry(), pred2DEntry(), connCompEntry(), everyNthEntry()};
    return list;
}

} // namespace prunescope
