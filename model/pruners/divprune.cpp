#include "model/pruners/divprune.h"

#include "core/kernels/cpu_level.h"
#include "model/kernels/selection_rows.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_entries.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <limits>

namespace prunescope::model {

namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr float kTaken = std::numeric_limits<float>::infinity(); ///< nearer than any cosine: no more to be taken

/// Cosine of each token to the one nearest to it, of a single one to itself.
std::vector<float> nearestOthers(const at::Tensor& table) {
    const std::int64_t n = table.size(0);
    if (n == 1)
        return {1};
    std::vector<float> nearest(static_cast<std::size_t>(n));
    const std::vector<float> most(static_cast<std::size_t>(n), kTaken);
    const SelectionRows& kernels = selectionRows(bestCpuLevel());
    at::parallel_for(0, n, 64, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            const float* row = table.const_data_ptr<float>() + i * n;
            nearest[static_cast<std::size_t>(i)] =
                std::max(kernels.largest(row, most.data(), i), kernels.largest(row + i + 1, most.data(), n - i - 1));
        }
    });
    return nearest;
}

std::vector<float> distances(std::vector<float> cosines) {
    for (float& cosine : cosines)
        cosine = 1 - cosine;
    return cosines;
}

class DivPrune final : public EncoderPruner {
public:
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings&, ReferenceRandom&) const override {
        DiversePicks picks = pickDiverse(tokens.features, budget);
        std::ranges::sort(picks.order);
        TokenChoice choice;
        choice.kept = std::move(picks.order);
        choice.scores = std::move(picks.distance);
        return choice;
    }
};

} // namespace

DiversePicks pickDiverse(const at::Tensor& features, std::int64_t count) {
    const std::int64_t n = features.size(0);
    const at::Tensor table = cosineTable(features);
    const SelectionRows& kernels = selectionRows(bestCpuLevel());
    std::vector<float> nearest = nearestOthers(table), near(nearest.size(), kNever), taken(nearest.size());
    DiversePicks picks;
    std::int64_t next = std::ranges::min_element(nearest) - nearest.begin();
    while (std::ssize(picks.order) < count) {
        picks.order.push_back(next);
        taken[static_cast<std::size_t>(next)] = near[static_cast<std::size_t>(next)];
        near[static_cast<std::size_t>(next)] = kTaken;
        next = kernels.approach(table.const_data_ptr<float>() + next * n, n, near.data());
    }
    for (const std::int64_t pick : picks.order)
        near[static_cast<std::size_t>(pick)] = taken[static_cast<std::size_t>(pick)];
    const auto first = static_cast<std::size_t>(picks.order.front());
    near[first] = count > 1 ? near[static_cast<std::size_t>(picks.order[1])] : nearest[first];
    picks.distance = distances(std::move(near));
    picks.nearest = distances(std::move(nearest));
    return picks;
}

std::unique_ptr<const EncoderPruner> divPrune() {
    return std::make_unique<DivPrune>();
}

} // namespace prunescope::model
