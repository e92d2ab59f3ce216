#include "model/pruners/language_pruner.h"

#include <algorithm>
#include <array>

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

namespace {

constexpr std::array kTraces{&EncoderTraces::attention, &EncoderTraces::middle, &EncoderTraces::keys,
                             &EncoderTraces::plainKeys, &EncoderTraces::states};

} // namespace

EncoderTraces mapped(const EncoderTraces& traces, const std::function<at::Tensor(const at::Tensor&)>& change) {
    EncoderTraces changed;
    for (const auto one : kTraces)
        if ((traces.*one).defined())
            changed.*one = change(traces.*one);
    return changed;
}

EncoderTraces joined(const std::vector<const EncoderTraces*>& parts) {
    EncoderTraces all;
    for (const auto one : kTraces) {
        std::vector<at::Tensor> rows;
        for (const EncoderTraces* part : parts)
            if ((part->*one).defined())
                rows.push_back(part->*one);
        if (!rows.empty())
            all.*one = at::cat(rows);
    }
    return all;
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
