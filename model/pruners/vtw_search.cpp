#include "model/pruners/vtw_search.h"

#include "core/base/error.h"

namespace prunescope::model {

namespace {

constexpr int kFirstPublished = 5, kFirstPossible = 2;

} // namespace

std::vector<int> vtwCandidates(int layers) {
    std::vector<int> candidates;
    for (int layer = layers > kFirstPublished ? kFirstPublished : kFirstPossible; layer < layers; ++layer)
        candidates.push_back(layer);
    return candidates;
}

at::Tensor removalDivergence(const at::Tensor& full, const at::Tensor& removed) {
    const at::Tensor target = at::log_softmax(removed.to(at::kDouble), -1);
    return (target.exp() * (target - at::log_softmax(full.to(at::kDouble), -1))).sum(-1);
}

int vtwLayer(std::span<const int> candidates, std::span<const double> meanDivergence, double eta, int layers) {
    check(candidates.size() == meanDivergence.size(), "every layer that is tried has a divergence");
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (meanDivergence[i] <= eta)
            return candidates[i];
    return layers;
}

} // namespace prunescope::model
