#include "core/pruning/step_counts.h"

#include "core/pruning/token_options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace prunescope {

namespace {

constexpr int kScheduleTokens = 576;
constexpr int kKeyPercent = 8;   ///< tokens that MustDrop never drops
constexpr int kPyramidSteps = 3; ///< as published

/// SparseVLM: tokens that are left of 576 after each published step.
using Schedule = std::array<int, 3>;

Schedule scheduleOf(std::string_view preset) {
    if (preset == "128")
        return {303, 110, 36};
    if (preset == "96")
        return {238, 48, 26};
    return preset == "64" ? Schedule{66, 30, 17} : Schedule{300, 200, 110};
}

bool isLast(const StepState& state) {
    return state.step + 1 >= state.steps;
}

int countOf(const Schedule& schedule, const StepState& state) {
    return isLast(state) ? schedule.back() : schedule[static_cast<std::size_t>(state.step)];
}

StepCount sparseCount(int kept, int left, bool recycles) {
    return {kept, recycles ? groupsOf(recycledOf(left - kept)) : 0};
}

/// The last step of a budget. What is left grows with what is kept, by one or not at all.
StepCount lastSparseCount(const StepState& state, bool recycles) {
    for (int kept = std::min(state.goal, state.left - 1); recycles && kept >= 1; --kept)
        if (const StepCount count = sparseCount(kept, state.left, true); count.total() <= state.goal)
            return count;
    return {state.goal};
}

StepCount sparseBudget(const StepState& state, bool recycles) {
    if (state.left <= state.goal)
        return {state.left};
    if (isLast(state))
        return lastSparseCount(state, recycles);
    const Schedule shape = scheduleOf("192");
    const std::int64_t scaled =
        (2 * std::int64_t{state.goal} * countOf(shape, state) + shape.back()) / (2 * shape.back());
    return sparseCount(static_cast<int>(std::min<std::int64_t>(state.left - 1, scaled)), state.left, recycles);
}

/// floor(original * share^power), at least 1.
int powerOf(const TokenBudget& share, int power, int original) {
    __extension__ typedef __int128 Wide; // a block count times the third power of a share's numbers
    Wide above = original, below = 1;
    for (int i = 0; i < power; ++i) {
        above *= share.numerator();
        below *= share.denominator();
    }
    return std::max(1, static_cast<int>(above / below));
}

/// What a preset leaves in the end, on average.
int presetGoal(const MethodSettings& settings, int original) {
    int preset = 0;
    const std::string text = settings.value(kPreset);
    std::from_chars(text.data(), text.data() + text.size(), preset);
    return std::max((kKeyPercent * original + 99) / 100,
                    static_cast<int>(std::int64_t{preset} * original / kScheduleTokens));
}

int geometricCount(const StepState& state) {
    if (isLast(state))
        return state.goal;
    const double part = static_cast<double>(state.step + 1) / state.steps;
    const double left = state.original * std::pow(static_cast<double>(state.goal) / state.original, part);
    return std::max(state.goal, static_cast<int>(std::floor(left + 1e-9)));
}

} // namespace

StepCount geometricStep(const MethodSettings&, const StepState& state) {
    return {std::min(state.left, geometricCount(state))};
}

StepCount pyramidStep(const MethodSettings& settings, const StepState& state) {
    if (hasTokenBudget(settings))
        return geometricStep(settings, state);
    const int power = isLast(state) ? kPyramidSteps : state.step + 1;
    return {std::min(state.left, powerOf(settings.value(kStepRatio), power, state.original))};
}

StepCount sparseStep(const MethodSettings& settings, const StepState& state) {
    const bool recycles = settings.value(kRecycle);
    if (hasTokenBudget(settings))
        return sparseBudget(state, recycles);
    if (state.left <= 1)
        return {state.left};
    const std::int64_t count =
        std::int64_t{countOf(scheduleOf(settings.value(kPreset)), state)} * state.original / kScheduleTokens;
    return sparseCount(static_cast<int>(std::clamp<std::int64_t>(count, 1, state.left - 1)), state.left, recycles);
}

StepCount mustdropStep(const MethodSettings& settings, const StepState& state) {
    StepState towards = state;
    if (!hasTokenBudget(settings))
        towards.goal = presetGoal(settings, state.original);
    return {std::min(state.left, geometricCount(towards)), 0, false};
}

StepCount emptyStep(const MethodSettings&, const StepState&) {
    return {0};
}

int recycledOf(int dropped) {
    return std::min(static_cast<int>(std::int64_t{3} * dropped / 10) + 1, dropped);
}

int groupsOf(int recycled) {
    return recycled > 0 ? recycled / 10 + 1 : 0;
}

} // namespace prunescope
