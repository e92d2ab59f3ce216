#include "model/pruners/method_steps.h"

#include "core/pruning/layer_schedule.h"
#include "core/pruning/method.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

std::vector<int> methodSteps(std::string_view method, int first, int layers) {
    return risingSteps(first, findMethod(method).layers(layers), layers);
}

int geometricCount(const StepBudget& budget) {
    if (budget.step + 1 >= budget.steps)
        return budget.goal;
    const double part = static_cast<double>(budget.step + 1) / budget.steps;
    const double left = budget.original * std::pow(static_cast<double>(budget.goal) / budget.original, part);
    return std::max(budget.goal, static_cast<int>(std::floor(left + 1e-9)));
}

int powerCount(const StepBudget& budget, const TokenBudget& share, int published) {
    if (share.isCount())
        return share.tokensOf(budget.original);
    __extension__ typedef __int128 Wide; // a block count times the third power of a share's numbers
    const int power = budget.step + 1 < budget.steps ? budget.step + 1 : published;
    Wide above = budget.original, below = 1;
    for (int i = 0; i < power; ++i) {
        above *= share.numerator();
        below *= share.denominator();
    }
    return std::max(1, static_cast<int>(above / below));
}

} // namespace prunescope::model
