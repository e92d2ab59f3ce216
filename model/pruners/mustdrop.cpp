#include "model/pruners/mustdrop.h"

#include "core/pruning/token_options.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/mustdrop_windows.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace prunescope::model {

namespace {

/// The published thresholds for so many of 576 tokens.
DropThresholds thresholdsOf(std::string_view preset) {
    if (preset == "128")
        return {0.0012, 0.001};
    return preset == "64" ? DropThresholds{0.011, 0.01} : DropThresholds{0.001, 0.001};
}

/// Windows of alike tokens become one.
class Windows final : public EncoderPruner {
public:
    bool needsGrid() const override { return true; }
    TokenChoice choose(const VisualTokens& tokens, int, const MethodSettings&, ReferenceRandom&) const override {
        return mergedWindows(tokens);
    }
};

/// The share of all attention, or of one text token's, up to which each token passes.
std::vector<float> passedUpTo(const TextAttention& attention) {
    const double all = std::accumulate(attention.total.begin(), attention.total.end(), 0.0);
    std::vector<float> up;
    for (std::size_t i = 0; i < attention.total.size(); ++i)
        up.push_back(std::max(all > 0 ? static_cast<float>(attention.total[i] / all) : 0.0F, attention.most[i]));
    return up;
}

/// MustDrop: windows after the encoder, then a filter by text at four layers.
class MustDrop final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("mustdrop", first, layers); }
    LayerNeeds needs() const override {
        return {.queries = LayerNeeds::Queries::TextRows, .encoder = {.closingAttention = true}, .attention = true};
    }
    CacheCut cut() const override { return CacheCut::FromFirstStep; }
    const EncoderPruner* encoderPart() const override { return &m_windows; }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const AttendedTokens attended = attendedVisual(tokens, tokens.text, HeadMerge::Mean);
        const TextAttention attention{hostScores(attended.total), hostScores(attended.most)};
        const std::vector<float> importance = hostScores(tokens.encoderAttention);
        const std::int64_t keys = (8 * std::int64_t{budget.original} + 99) / 100;
        TokenChoice choice;
        choice.kept = settings.find(kKeep)
                          ? passingAtMost(attention, geometricCount(budget),
                                          bestTokens(importance, std::min<std::int64_t>(keys, budget.goal)))
                          : passing(attention, thresholdsOf(settings.value(kPreset)), bestTokens(importance, keys));
        choice.scores = passedUpTo(attention);
        return choice;
    }

private:
    Windows m_windows;
};

} // namespace

std::vector<std::int64_t> passing(const TextAttention& attention, const DropThresholds& thresholds,
                                  std::span<const std::int64_t> keySet) {
    const double all = std::accumulate(attention.total.begin(), attention.total.end(), 0.0);
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < attention.total.size(); ++i)
        if (attention.total[i] >= thresholds.total * all || attention.most[i] >= thresholds.most)
            kept.push_back(static_cast<std::int64_t>(i));
    return united(std::move(kept), keySet);
}

std::vector<std::int64_t> passingAtMost(const TextAttention& attention, std::int64_t count,
                                        std::span<const std::int64_t> keySet) {
    std::vector<float> up = passedUpTo(attention);
    for (const std::int64_t key : keySet)
        up[static_cast<std::size_t>(key)] = std::numeric_limits<float>::infinity();
    std::vector<std::int64_t> order = byFallingScore(up);
    const auto value = [&](std::size_t i) { return up[static_cast<std::size_t>(order[i])]; };
    std::size_t kept = std::min(order.size(), static_cast<std::size_t>(count));
    if (kept < order.size())
        for (const float out = value(kept); kept > keySet.size() && value(kept - 1) == out;)
            --kept; // equal ones pass or fall together
    order.resize(kept);
    std::ranges::sort(order);
    return order;
}

std::unique_ptr<const LanguagePruner> mustdrop() {
    return std::make_unique<MustDrop>();
}

} // namespace prunescope::model
