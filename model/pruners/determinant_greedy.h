#pragma once

#include "model/kernels/selection_rows.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <utility>
#include <vector>

namespace prunescope::model {

/// Kernel of a determinantal process: cosine * (base + weight * both relevances), in float32.
struct DeterminantKernel {
    at::Tensor cosines; ///< [n, n] on the host, symmetric
    std::vector<float> relevance;
    float base = 0, weight = 1;

    std::vector<float> diagonal() const;
};

/// Greedy search for the set of largest determinant (uniprune-2026 spec 2.1, steps 5 and 6). Step by step the token is
/// taken that adds most; the rows of the Cholesky factor tell what the others still add.
///
/// What a token adds only ever shrinks, so tokens are conditioned on the picks so far no sooner than what they added
/// some picks ago would make them the next: in groups, several at a time, each on many picks in one pass over its rows.
/// The picks are those of the search that looks at every token at every step.
class DeterminantGreedy {
public:
    /// For at most `count` picks.
    DeterminantGreedy(const DeterminantKernel& kernel, std::int64_t count);

    /// Takes all `count`; the last ones by falling diagonal where nothing adds anything.
    void run();
    const std::vector<std::int64_t>& picks() const { return m_picks; }
    const std::vector<double>& gains() const { return m_gains; }
    /// Gains of the tokens that were taken, of the others what they would add now.
    std::vector<float> left();

private:
    struct Group {
        std::int64_t conditioned = 0; ///< on so many picks
        double most = 0;              ///< that one of its tokens added then; -infinity where none may be taken any more
    };

    std::int64_t groupCount() const { return std::ssize(m_groups); }
    float* rowsOf(std::int64_t group);
    double* leftOf(std::int64_t group) { return m_left.data() + group * kConditionedTokens; }
    void findMost(std::int64_t group);
    void condition(std::int64_t group);
    bool fresh(const Group& group) const { return group.conditioned == std::ssize(m_roots); }
    /// Conditions groups that may have the token to take next.
    void conditionFirst();
    /// The group with the token to take next, or -1: nothing adds anything.
    std::int64_t nextGroup();
    std::int64_t bestOf(std::int64_t group);
    void take(std::int64_t token);
    void fillUp();

    const DeterminantKernel& m_kernel;
    const SelectionRows& m_loops;
    std::int64_t m_count;
    std::vector<float> m_diagonal, m_relevance; ///< of whole groups
    std::vector<double> m_left, m_least;        ///< likewise: what each adds, and the bound below which it is nothing
    std::vector<Group> m_groups;
    at::Tensor m_rows; ///< [groups, count, kConditionedTokens] float32
    std::vector<std::int64_t> m_picks;
    std::vector<double> m_gains;
    // What groups are conditioned on, of each pick.
    std::vector<const float*> m_similar;
    std::vector<float> m_pickedRelevance;
    std::vector<double> m_roots;
    std::vector<double> m_factors; ///< row after row, each as long as there were picks before
    std::vector<const double*> m_factorRows;
};

} // namespace prunescope::model
