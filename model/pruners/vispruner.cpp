#include "model/pruners/vispruner.h"

#include "core/kernels/cpu_level.h"
#include "core/pruning/token_options.h"
#include "model/kernels/selection_rows.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <limits>

namespace prunescope::model {

namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
constexpr std::int64_t kNearest = 32;

/// The list of tokens that thins out. Numbers are places in the list as it was at first. A token's largest cosine to
/// the odd ones is that of the first of its nearest tokens that stands among them now; where none of those is left, all
/// are looked at.
class ThinningList {
public:
    explicit ThinningList(at::Tensor table) : m_table(std::move(table)), m_kernels(selectionRows(bestCpuLevel())) {
        const std::int64_t n = m_table.size(0);
        for (std::int64_t i = 0; i < n; ++i)
            m_list.push_back(i);
        m_nearest.resize(m_list.size());
        at::parallel_for(0, n, 32, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t i = first; i < last; ++i)
                m_nearest[static_cast<std::size_t>(i)] = closest(row(i), n, i, kNearest);
        });
    }

    std::int64_t count() const { return std::ssize(m_list); }
    const std::vector<std::int64_t>& list() const { return m_list; }

    /// Drops `count` of the even ones, the most alike to an odd one; the others go to the front, most alike first.
    void drop(std::int64_t count) {
        std::vector<std::int64_t> even, odd;
        for (std::size_t i = 0; i < m_list.size(); ++i)
            (i % 2 == 0 ? even : odd).push_back(m_list[i]);
        m_most.assign(m_nearest.size(), -kInfinite);
        for (const std::int64_t token : odd)
            m_most[static_cast<std::size_t>(token)] = kInfinite;
        const std::vector<std::int64_t> order = byFallingScore(likeness(even));
        m_list.clear();
        for (std::size_t i = static_cast<std::size_t>(count); i < order.size(); ++i)
            m_list.push_back(even[static_cast<std::size_t>(order[i])]);
        m_list.insert(m_list.end(), odd.begin(), odd.end());
    }

private:
    const float* row(std::int64_t token) const { return m_table.const_data_ptr<float>() + token * m_table.size(1); }

    std::vector<float> likeness(const std::vector<std::int64_t>& even) const {
        std::vector<float> most(even.size());
        std::ranges::transform(even, most.begin(), [&](std::int64_t token) { return mostAlike(token); });
        return most;
    }
    float mostAlike(std::int64_t token) const {
        for (const std::int64_t near : m_nearest[static_cast<std::size_t>(token)])
            if (m_most[static_cast<std::size_t>(near)] > 0)
                return row(token)[near];
        return m_kernels.largest(row(token), m_most.data(), m_table.size(1));
    }

    at::Tensor m_table; ///< [n, n] cosines on the host
    const SelectionRows& m_kernels;
    std::vector<std::vector<std::int64_t>> m_nearest; ///< of each token
    std::vector<std::int64_t> m_list;
    std::vector<float> m_most; ///< infinity for the odd ones of this round, -infinity for all others
};

/// `count` of `rest` (by falling attention), 1 <= count.
std::vector<std::int64_t> thinned(const at::Tensor& states, const std::vector<std::int64_t>& rest, std::int64_t count,
                                  std::int64_t round) {
    const at::Tensor rows = at::tensor(rest, at::kLong).to(states.device());
    ThinningList list(cosineTable(states.index_select(0, rows)));
    while (list.count() > count)
        list.drop(std::min({round, list.count() - count, (list.count() + 1) / 2}));
    std::vector<std::int64_t> left;
    for (const std::int64_t place : list.list())
        left.push_back(rest[static_cast<std::size_t>(place)]);
    return left;
}

class VisPruner final : public EncoderPruner {
public:
    EncoderNeeds needs() const override { return {.attention = true, .states = true}; }
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const DiverseRestOptions options{settings.value(kImportantShare),
                                         static_cast<std::int64_t>(settings.value(kRound))};
        TokenChoice choice;
        choice.scores = hostScores(tokens.traces.attention);
        choice.kept = pickDiverseRest(tokens.traces.states, choice.scores, budget, options).kept;
        return choice;
    }
};

} // namespace

DiverseRest pickDiverseRest(const at::Tensor& states, std::span<const float> attention, std::int64_t count,
                            const DiverseRestOptions& options) {
    const auto important = static_cast<std::int64_t>(static_cast<double>(count) * options.share + 1e-9);
    const std::vector<std::int64_t> order = byFallingScore(attention);
    const auto border = order.begin() + important;
    DiverseRest picks{{order.begin(), border}, {order.begin(), border}};
    if (count > important) {
        const std::vector<std::int64_t> rest = thinned(states, {border, order.end()}, count - important, options.round);
        picks.kept.insert(picks.kept.end(), rest.begin(), rest.end());
    }
    std::ranges::sort(picks.important);
    std::ranges::sort(picks.kept);
    return picks;
}

std::unique_ptr<const EncoderPruner> visPruner() {
    return std::make_unique<VisPruner>();
}

} // namespace prunescope::model
