#include "core/pruning/pixel_budget.h"

namespace prunescope {

int budgetOf(const Selection& selection) {
    return findMethod(kDefaultMethod).pixels->select(selection).keptCount();
}

} // namespace prunescope
