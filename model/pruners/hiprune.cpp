#include "model/pruners/hiprune.h"

#include "core/pruning/token_options.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// numerator / denominator to the nearest whole number, the even one on ties.
std::int64_t rounded(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t whole = numerator / denominator, rest = 2 * (numerator % denominator);
    return whole + (rest > denominator || (rest == denominator && whole % 2 != 0) ? 1 : 0);
}

/// Tokens that have been taken, in any order.
class Taken {
public:
    explicit Taken(std::size_t tokens) : m_taken(tokens) {}
    /// False where it was taken before.
    bool take(std::int64_t token) {
        const bool fresh = !m_taken[static_cast<std::size_t>(token)];
        m_taken[static_cast<std::size_t>(token)] = true;
        m_count += fresh ? 1 : 0;
        return fresh;
    }
    std::int64_t count() const { return m_count; }

private:
    std::vector<bool> m_taken;
    std::int64_t m_count = 0;
};

class HiPrune final : public EncoderPruner {
public:
    EncoderNeeds needs() const override { return {.columns = true, .middle = true}; }
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        TokenChoice choice;
        choice.scores = hostScores(tokens.traces.columns);
        const HierarchyPicks picks = pickHierarchy(TokenGrid(tokens), hostScores(tokens.traces.middle), choice.scores,
                                                   budget, settings.value(kAlpha));
        for (const auto* some : {&picks.anchors, &picks.buffers, &picks.registers})
            choice.kept.insert(choice.kept.end(), some->begin(), some->end());
        std::ranges::sort(choice.kept);
        return choice;
    }
};

} // namespace

HierarchyPicks pickHierarchy(const TokenGrid& grid, std::span<const float> middle, std::span<const float> deep,
                             std::int64_t count, const TokenBudget& alpha) {
    HierarchyPicks picks;
    Taken taken(middle.size());
    std::vector<std::int64_t> anchors = byFallingScore(middle);
    anchors.resize(
        static_cast<std::size_t>(std::min(count, rounded(count * alpha.numerator(), 5 * alpha.denominator()))));
    for (const std::int64_t token : anchors)
        taken.take(token);
    for (const std::int64_t anchor : anchors)
        for (const std::int64_t token : grid.neighbours(anchor))
            if (taken.count() < count && taken.take(token))
                picks.buffers.push_back(token);
    for (const std::int64_t token : byFallingScore(deep))
        if (taken.count() < count && taken.take(token))
            picks.registers.push_back(token);
    picks.anchors = std::move(anchors);
    for (auto* some : {&picks.anchors, &picks.buffers, &picks.registers})
        std::ranges::sort(*some);
    return picks;
}

std::unique_ptr<const EncoderPruner> hiPrune() {
    return std::make_unique<HiPrune>();
}

} // namespace prunescope::model
