#include "core/pruning/pixel_budget.h"

#include "core/base/parallel.h"
#include "core/pruning/block_filling.h"
#include "core/pruning/decoder.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr int kGrain = 256; ///< blocks a thread measures at a time

/// Larger than any raw distance but one: every pair of blocks is the same there.
std::uint32_t largestDistance(Reduction reduction, std::uint32_t samples) {
    switch (reduction) {
    case Reduction::Max:
        break;
    case Reduction::Sum:
        return 255U * samples;
    case Reduction::Squares:
        return 255U * 255U * samples;
    }
    return 255;
}

/// Raw distances of each block to the block that stands for it.
std::vector<std::uint32_t> errorsOf(const PairTable& pairs, const std::vector<int>& shown) {
    std::vector<std::uint32_t> errors(shown.size(), 0);
    parallelRanges(static_cast<int>(shown.size()), kGrain, [&](int first, int last) {
        for (int i = first; i < last; ++i)
            if (const int from = shown[static_cast<std::size_t>(i)]; from != i && from >= 0)
                errors[static_cast<std::size_t>(i)] = pairs.measure(i, from, PairTable::kExact);
    });
    return errors;
}

/// The decoder-aware budget: a mask at some threshold, then what it shows worst.
class Fit {
public:
    Fit(const Selection& selection, int tokens) : m_selection(selection), m_tokens(tokens) {}

    BlockChoice operator()() {
        BudgetFit fit;
        fit.tokens = m_tokens;
        fit.threshold = findThreshold();
        fit.core = maskAt(fit.threshold);
        const auto errors = errorsOf(
            m_selection.pairs, decodedBlocks(m_selection.blocks(), fit.core, m_selection.settings, fit.threshold));
        BlockFilling filling(fit.core, errors, m_tokens);
        if (m_selection.settings.value(kRule) != kRuleTau)
            fill(filling, m_selection.settings);
        fit.uncovered = filling.uncovered();
        fit.bound = filling.largestLeft();
        return {filling.mask(), std::move(fit)};
    }

    static void fill(BlockFilling& filling, const MethodSettings& settings) {
        if (const auto cover = settings.find(kCover))
            filling.cover((*cover)[0], (*cover)[1], (*cover)[2]);
        filling.takeWorst();
        if (settings.value(kFill) == kFillExact)
            filling.takeEvenly();
    }

private:
    KeepMask maskAt(std::uint32_t threshold) const {
        return m_selection.settings.entry().pixels->select(
            {m_selection.pairs, {threshold, true}, m_selection.settings, m_selection.draws});
    }
    bool fits(std::uint32_t threshold) const { return maskAt(threshold).keptCount() <= m_tokens; }

    /// The count is not monotone in the threshold: what is found fits, but a smaller one might, too.
    std::uint32_t findThreshold() const {
        std::uint32_t low = m_selection.similarity.bound,
                      high = largestDistance(m_selection.pairs.reduction(),
                                             static_cast<std::uint32_t>(m_selection.grid().geometry.blockSamples()));
        if (fits(low))
            return low;
        while (high - low > 1) {
            const std::uint32_t middle = low + (high - low) / 2;
            (fits(middle) ? high : low) = middle;
        }
        return high;
    }

    const Selection& m_selection;
    int m_tokens;
};

/// Open loop: the blocks whose original neighbours predict them worst. Bounds nothing.
BlockChoice worstPredicted(const Selection& selection, int tokens) {
    BudgetFit fit;
    fit.tokens = tokens;
    fit.threshold = selection.similarity.bound;
    KeepMask first(selection.grid());
    first.keep(0);
    const auto errors = errorsOf(selection.pairs, predictedBlocks(selection.blocks(), selection.settings));
    BlockFilling filling(first, errors, tokens);
    Fit::fill(filling, selection.settings);
    fit.uncovered = filling.uncovered();
    fit.bound = filling.largestLeft();
    return {filling.mask(), std::move(fit)};
}

} // namespace

int budgetOf(const Selection& selection) {
    if (const auto keep = selection.settings.find(kKeep))
        return keep->tokensOf(selection.grid().count());
    return findMethod(kDefaultMethod).pixels->select(selection).keptCount();
}

BlockChoice fitToBudget(const Selection& selection, const TokenBudget& keep) {
    if (keep.keepsAll())
        return {KeepMask::all(selection.grid()), std::nullopt};
    const int tokens = keep.tokensOf(selection.grid().count());
    return selection.settings.value(kRule) == kRuleTopK ? worstPredicted(selection, tokens) : Fit(selection, tokens)();
}

} // namespace prunescope
