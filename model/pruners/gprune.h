#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

struct GraphOptions {
    double theta = 0.5; ///< least cosine of two tokens that are linked
    double temperature = 0.03;
    std::uint64_t steps = 5; ///< how often scores pass along the links
};

/// What G-Prune finds of each token.
struct GraphScores {
    std::vector<float> score;         ///< [n]
    std::vector<std::int64_t> degree; ///< [n] links, that to itself among them; 1 where there is none
};

/// G-Prune (uniprune spec 2): the lengths of tokens pass along a graph of like tokens, and what arrives at one is
/// divided by its links. A token of no length links to nothing and scores 0. `features` [n, width].
GraphScores graphScores(const at::Tensor& features, const GraphOptions& options);

} // namespace prunescope::model
