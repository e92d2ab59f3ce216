#include "model/pruners/language_pruner.h"

#include <algorithm>

namespace prunescope::model {

EncoderNeeds& EncoderNeeds::operator|=(const EncoderNeeds& other) {
    attention |= other.attention;
    middle |= other.middle;
    keys |= other.keys;
    plainKeys |= other.plainKeys;
    states |= other.states;
    text |= other.text;
    return *this;
}

std::vector<int> risingSteps(int first, std::vector<int> formula, int layers) {
    if (first > 0 && !formula.empty())
        formula.front() = first;
    std::vector<int> steps;
    for (const int layer : formula) {
        const int least = steps.empty() ? (first > 0 ? first : 2) : std::max(2, steps.back() + 1);
        if (const int step = std::max(layer, least); step < layers)
            steps.push_back(step);
    }
    if (steps.empty() && layers > 2 && first < layers)
        steps.push_back(layers - 1);
    return steps;
}

} // namespace prunescope::model
