#include "ui/session/measured_speed.h"

#include "core/report/plan_cost.h"
#include "model/values/explain.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace prunescope::ui {

namespace {

/// What each stage left; of a record without outcomes, what its masks say.
std::vector<StageCounts> stagesOf(const model::Answer& answer, const PrunePlan& plan) {
    if (!answer.pruning.stages.empty())
        return model::countsOf(answer.pruning);
    StageCounts counts;
    while (counts.stage < static_cast<int>(plan.stages.size()) &&
           !looksAtPixels(plan.stages[static_cast<std::size_t>(counts.stage)]))
        ++counts.stage;
    if (counts.stage == static_cast<int>(plan.stages.size()))
        return {};
    for (const MaskReport& image : answer.images)
        counts.images.push_back({image.mask.keptCount(), image.mask.count()});
    return {std::move(counts)};
}

} // namespace

AnsweredWork workOf(const model::Answer& answer) {
    const PrunePlan plan = answer.plan.empty() ? PrunePlan() : parsePlan(answer.plan);
    std::vector<int> blocks;
    for (const MaskReport& image : answer.images)
        blocks.push_back(image.mask.count());
    const std::vector<StageCounts> stages = stagesOf(answer, plan);
    const int textTokens = answer.promptTokens - model::enteringTokens(answer.pruning, answer.images);
    return {planFlops(answer.shape, plan, blocks, stages, textTokens), textTokens};
}

std::optional<MeasuredSpeed> speedOf(const model::Answer& answer) {
    const StageTimes& times = answer.times;
    if (answer.images.empty() || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    const PromptFlops work = workOf(answer).pruned;
    MeasuredSpeed speed;
    speed.preprocessMs = times.ms(stage::kPreprocess);
    speed.choiceMs = times.ms(stage::kSelect) + times.ms(stage::kMethod);
    speed.sampleMs = times.ms(stage::kSample);
    const double vitMs = times.ms(stage::kVit), vitFlops = work.vit + work.mergers;
    const double promptMs = times.ms(stage::kTtft) - speed.preprocessMs - speed.choiceMs - speed.sampleMs - vitMs;
    if (vitFlops <= 0 || work.llm <= 0 || promptMs <= 0)
        return std::nullopt;
    speed.vitMsPerFlop = vitMs / vitFlops;
    speed.promptMsPerFlop = promptMs / work.llm;
    return speed;
}

StageTimes expectedTimes(const MeasuredSpeed& speed, const PromptFlops& work, bool prunes) {
    StageTimes times;
    times.set(stage::kPreprocess, speed.preprocessMs);
    times.set(stage::kSelect, prunes ? speed.choiceMs : 0);
    times.set(stage::kVit, speed.vitMsPerFlop * (work.vit + work.mergers));
    times.set(stage::kPrefill, speed.promptMsPerFlop * work.llm);
    times.set(stage::kSample, speed.sampleMs);
    double sum = 0;
    for (const auto& [name, ms] : times.entries())
        sum += ms;
    times.set(stage::kTtft, sum);
    return times;
}

void SpeedHistory::add(const MeasuredSpeed& speed) {
    m_speeds.push_back(speed);
    if (m_speeds.size() > kMost)
        m_speeds.pop_front();
}

std::optional<MeasuredSpeed> SpeedHistory::median() const {
    if (m_speeds.empty())
        return std::nullopt;
    const auto middle = [this](double MeasuredSpeed::*figure) {
        std::vector<double> values;
        for (const MeasuredSpeed& speed : m_speeds)
            values.push_back(speed.*figure);
        std::ranges::sort(values);
        const std::size_t n = values.size();
        return (values[(n - 1) / 2] + values[n / 2]) / 2;
    };
    return MeasuredSpeed{middle(&MeasuredSpeed::vitMsPerFlop), middle(&MeasuredSpeed::promptMsPerFlop),
                         middle(&MeasuredSpeed::preprocessMs), middle(&MeasuredSpeed::choiceMs),
                         middle(&MeasuredSpeed::sampleMs),     static_cast<int>(m_speeds.size())};
}

} // namespace prunescope::ui
