#include "model/pruners/gprune.h"

#include "core/kernels/cpu_level.h"
#include "core/pruning/token_options.h"
#include "model/kernels/selection_rows.h"
#include "model/pruners/cosines.h"
#include "model/pruners/encoder_entries.h"
#include "model/pruners/ranking.h"

#include <ATen/Parallel.h>
#include <algorithm>

namespace prunescope::model {

namespace {

constexpr std::int64_t kRowsOfTask = 32;

/// Tokens and the weights of the links between them. A row over its sum is the softmax of the specification: the
/// largest cosine, the token's with itself, is 1. The weights are symmetric, so rows serve as columns.
class TokenGraph {
public:
    TokenGraph(at::Tensor cosines, const GraphOptions& options)
        : m_links(std::move(cosines)), m_kernels(selectionRows(bestCpuLevel())), m_sums(count()) {
        const auto theta = static_cast<float>(options.theta), temperature = static_cast<float>(options.temperature);
        float* values = m_links.data_ptr<float>();
        forEachRow([&](std::int64_t row) {
            m_sums[static_cast<std::size_t>(row)] =
                m_kernels.link(values + row * m_links.size(1), m_links.size(1), theta, temperature);
        });
    }

    /// What arrives at each token of what each gives to those that it is linked to.
    std::vector<float> pass(const std::vector<float>& given) const {
        std::vector<float> shares(count()), arrived(count());
        for (std::size_t i = 0; i < shares.size(); ++i)
            shares[i] = m_sums[i].links > 0 ? given[i] / static_cast<float>(m_sums[i].weight) : 0;
        const float* values = m_links.const_data_ptr<float>();
        forEachRow([&](std::int64_t row) {
            arrived[static_cast<std::size_t>(row)] =
                static_cast<float>(m_kernels.weigh(values + row * m_links.size(1), shares.data(), m_links.size(1)));
        });
        return arrived;
    }

    std::vector<std::int64_t> degrees() const {
        std::vector<std::int64_t> degrees;
        for (const LinkSum& sum : m_sums)
            degrees.push_back(std::max<std::int64_t>(sum.links, 1));
        return degrees;
    }

private:
    std::size_t count() const { return static_cast<std::size_t>(m_links.size(0)); }
    template <typename Work>
    void forEachRow(const Work& work) const {
        at::parallel_for(0, m_links.size(0), kRowsOfTask, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t row = first; row < last; ++row)
                work(row);
        });
    }

    at::Tensor m_links; ///< [n, n] on the host
    const SelectionRows& m_kernels;
    std::vector<LinkSum> m_sums;
};

class GPrune final : public EncoderPruner {
public:
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const GraphOptions options{settings.value(kTheta), settings.value(kTemperature), settings.value(kSteps)};
        TokenChoice choice;
        choice.scores = graphScores(tokens.features, options).score;
        choice.kept = bestTokens(choice.scores, budget);
        return choice;
    }
};

} // namespace

GraphScores graphScores(const at::Tensor& features, const GraphOptions& options) {
    const TokenGraph graph(cosineTable(features), options);
    GraphScores found{hostScores(at::linalg_vector_norm(features.to(at::kFloat), 2, at::IntArrayRef{1})),
                      graph.degrees()};
    for (std::uint64_t step = 0; step < options.steps; ++step)
        found.score = graph.pass(found.score);
    for (std::size_t i = 0; i < found.score.size(); ++i)
        found.score[i] /= static_cast<float>(found.degree[i]);
    return found;
}

std::unique_ptr<const EncoderPruner> gPrune() {
    return std::make_unique<GPrune>();
}

} // namespace prunescope::model
