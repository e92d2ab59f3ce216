#include "model/pruners/prumerge.h"

#include "core/pruning/pixel_options.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::int64_t kNeighbours = 32;

/// The value below which `share` of the sorted numbers lie, between two of them along a line.
double quantile(const std::vector<float>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double low = sorted[below], high = sorted[std::min(below + 1, sorted.size() - 1)];
    return low + (high - low) * (place - std::floor(place));
}

/// How many stand out: those above the third quartile by more than one and a half times what lies between the first
/// and it. At least one.
std::int64_t outliers(std::span<const float> attention) {
    std::vector<float> sorted(attention.begin(), attention.end());
    std::ranges::sort(sorted, [](float a, float b) { return a < b || (std::isnan(a) && !std::isnan(b)); });
    const double low = quantile(sorted, 0.25), high = quantile(sorted, 0.75), bound = high + 1.5 * (high - low);
    const auto above = std::ranges::count_if(attention, [&](float value) { return value > bound; });
    return std::max<std::int64_t>(above, 1);
}

/// `count` of the tokens that `chosen` leaves, evenly between.
std::vector<std::int64_t> evenly(std::span<const std::int64_t> chosen, std::int64_t n, std::int64_t count) {
    const std::vector<std::int64_t> others = allBut(chosen, n);
    std::vector<std::int64_t> even;
    for (std::int64_t i = 0; i < count; ++i)
        even.push_back(others[static_cast<std::size_t>(i * std::ssize(others) / count)]);
    return even;
}

/// Row of the chosen token that a token is nearest to among those that it was merged into; -1: into none.
class NearestRow {
public:
    explicit NearestRow(std::size_t tokens) : m_row(tokens, -1), m_rank(tokens, kNeighbours) {}
    /// `rank`: 0 for the nearest neighbour of that row.
    void offer(std::int64_t token, std::int64_t row, std::int64_t rank) {
        const auto at = static_cast<std::size_t>(token);
        if (rank >= m_rank[at])
            return;
        m_rank[at] = rank;
        m_row[at] = row;
    }
    std::vector<std::int64_t> take() { return std::move(m_row); }

private:
    std::vector<std::int64_t> m_row, m_rank;
};

/// The row that sums what was not chosen, which goes into it unless it went into another row.
void addExtraRow(std::span<const float> attention, TokenChoice& choice) {
    const std::int64_t row = choice.mix->rows();
    for (const std::int64_t token : allBut(choice.kept, std::ssize(attention))) {
        choice.mix->add(token, attention[static_cast<std::size_t>(token)]);
        std::int64_t& into = choice.mergedInto[static_cast<std::size_t>(token)];
        into = into < 0 ? row : into;
    }
    choice.mix->endRow();
    choice.kept.push_back(byFallingScore(attention).front());
}

class PruMerge final : public EncoderPruner {
public:
    explicit PruMerge(bool plus) : m_choose(plus ? attendedAndEven : attended) {}
    EncoderNeeds needs() const override { return {.keys = true, .mergeAttention = true}; }
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const std::vector<float> attention = hostScores(tokens.traces.mergeAttention);
        const bool adaptive = !settings.find(kKeep);
        std::vector<std::int64_t> chosen = m_choose(attention, adaptive ? std::nullopt : std::optional(budget));
        const auto neighbours = nearestKeys(tokens.traces.keys, chosen);
        return mergedByAttention(attention, std::move(chosen), neighbours, adaptive || budget > 1);
    }

private:
    std::vector<std::int64_t> (*m_choose)(std::span<const float>, std::optional<std::int64_t>);
};

} // namespace

std::vector<std::int64_t> attended(std::span<const float> attention, std::optional<std::int64_t> budget) {
    return bestTokens(attention, budget ? std::max<std::int64_t>(*budget - 1, 1) : outliers(attention));
}

std::vector<std::int64_t> attendedAndEven(std::span<const float> attention, std::optional<std::int64_t> budget) {
    const std::int64_t n = std::ssize(attention);
    if (budget) {
        const std::int64_t most = std::max<std::int64_t>(*budget / 4, 1);
        const std::vector<std::int64_t> best = bestTokens(attention, most);
        return united(best, evenly(best, n, *budget - 1 - most));
    }
    const std::int64_t most = outliers(attention);
    const double ratio = static_cast<double>(most) / static_cast<double>(n);
    const std::int64_t step = std::max<std::int64_t>(static_cast<std::int64_t>(1 / ratio) / 3, 1); // as published
    std::vector<std::int64_t> even;
    for (std::int64_t token = 0; token < n - 1; token += step)
        even.push_back(token);
    return united(bestTokens(attention, most), even);
}

std::vector<std::vector<std::int64_t>> nearestKeys(const at::Tensor& keys, std::span<const std::int64_t> chosen) {
    const at::Tensor units = unitRows(keys);
    const at::Tensor rows = at::tensor(at::ArrayRef<std::int64_t>(chosen.data(), chosen.size()), at::kLong);
    const at::Tensor table = cosines(units.index_select(0, rows.to(units.device())), units).cpu();
    const std::int64_t n = units.size(0);
    std::vector<std::vector<std::int64_t>> nearest(chosen.size());
    at::parallel_for(0, std::ssize(chosen), 16, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i)
            nearest[static_cast<std::size_t>(i)] =
                closest(table.const_data_ptr<float>() + i * n, n, chosen[static_cast<std::size_t>(i)], kNeighbours);
    });
    return nearest;
}

TokenChoice mergedByAttention(std::span<const float> attention, std::vector<std::int64_t> chosen,
                              const std::vector<std::vector<std::int64_t>>& neighbours, bool withExtra) {
    TokenChoice choice;
    choice.scores.assign(attention.begin(), attention.end());
    RowMix& mix = choice.mix.emplace();
    NearestRow nearest(attention.size());
    for (std::size_t row = 0; row < chosen.size(); ++row) {
        mix.add(chosen[row], 1);
        for (std::size_t i = 0; i < neighbours[row].size(); ++i) {
            const std::int64_t token = neighbours[row][i];
            mix.add(token, attention[static_cast<std::size_t>(token)]);
            nearest.offer(token, static_cast<std::int64_t>(row), static_cast<std::int64_t>(i));
        }
        mix.endRow();
    }
    choice.mergedInto = nearest.take();
    for (const std::int64_t token : chosen)
        choice.mergedInto[static_cast<std::size_t>(token)] = -1;
    const bool all = chosen.size() == attention.size();
    choice.kept = std::move(chosen);
    if (withExtra && !all)
        addExtraRow(attention, choice);
    return choice;
}

std::unique_ptr<const EncoderPruner> pruMerge() {
    return std::make_unique<PruMerge>(false);
}

std::unique_ptr<const EncoderPruner> pruMergePlus() {
    return std::make_unique<PruMerge>(true);
}

} // namespace prunescope::model
