#include "model/pruners/determinant_greedy.h"

#include "core/kernels/cpu_level.h"
#include "model/pruners/ranking.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace prunescope::model {

namespace {

constexpr double kNothing = -std::numeric_limits<double>::infinity();
constexpr double kExhausted = 1e-6;         ///< of the diagonal
constexpr std::int64_t kAtOnce = 8;         ///< groups that are conditioned together
constexpr std::int64_t kWorthAThread = 256; ///< rows before: with fewer of them a group is no work for a thread

std::size_t wholeGroups(std::size_t tokens) {
    constexpr auto group = static_cast<std::size_t>(kConditionedTokens);
    return (tokens + group - 1) / group;
}

} // namespace

std::vector<float> DeterminantKernel::diagonal() const {
    std::vector<float> diagonal;
    const std::int64_t n = std::ssize(relevance);
    for (std::int64_t i = 0; i < n; ++i) {
        const float own = relevance[static_cast<std::size_t>(i)];
        diagonal.push_back(cosines.const_data_ptr<float>()[i * n + i] * (base + weight * (own * own)));
    }
    return diagonal;
}

DeterminantGreedy::DeterminantGreedy(const DeterminantKernel& kernel, std::int64_t count)
    : m_kernel(kernel), m_loops(selectionRows(bestCpuLevel())), m_count(count), m_diagonal(kernel.diagonal()),
      m_relevance(kernel.relevance), m_groups(wholeGroups(m_diagonal.size())),
      m_rows(at::empty({groupCount(), count, kConditionedTokens}, at::kFloat)) {
    const std::size_t whole = m_groups.size() * static_cast<std::size_t>(kConditionedTokens);
    m_relevance.resize(whole);
    m_left.assign(m_diagonal.begin(), m_diagonal.end());
    m_left.resize(whole, kNothing);
    for (const float value : m_diagonal)
        m_least.push_back(kExhausted * static_cast<double>(value));
    m_least.resize(whole, 0);
    m_factors.reserve(static_cast<std::size_t>(count * (count - 1) / 2));
    for (std::int64_t group = 0; group < groupCount(); ++group)
        findMost(group);
}

float* DeterminantGreedy::rowsOf(std::int64_t group) {
    return m_rows.data_ptr<float>() + group * m_count * kConditionedTokens;
}

void DeterminantGreedy::findMost(std::int64_t group) {
    const double* left = leftOf(group);
    const double* least = m_least.data() + group * kConditionedTokens;
    double most = kNothing;
    for (std::int64_t i = 0; i < kConditionedTokens; ++i)
        if (left[i] > least[i])
            most = std::max(most, left[i]);
    m_groups[static_cast<std::size_t>(group)].most = most;
}

void DeterminantGreedy::condition(std::int64_t group) {
    Group& state = m_groups[static_cast<std::size_t>(group)];
    const std::int64_t first = group * kConditionedTokens, n = std::ssize(m_diagonal);
    m_loops.condition({.first = state.conditioned,
                       .last = std::ssize(m_roots),
                       .tokens = std::min(kConditionedTokens, n - first),
                       .similar = m_similar.data(),
                       .column = first,
                       .pickedRelevance = m_pickedRelevance.data(),
                       .relevance = m_relevance.data() + first,
                       .base = m_kernel.base,
                       .weight = m_kernel.weight,
                       .factors = m_factorRows.data(),
                       .roots = m_roots.data(),
                       .rows = rowsOf(group),
                       .left = leftOf(group)});
    state.conditioned = std::ssize(m_roots);
    findMost(group);
}

void DeterminantGreedy::conditionFirst() {
    double best = kNothing;
    for (const Group& group : m_groups)
        best = fresh(group) ? std::max(best, group.most) : best;
    std::vector<std::int64_t> stale;
    for (std::int64_t group = 0; group < groupCount(); ++group)
        if (const Group& state = m_groups[static_cast<std::size_t>(group)]; !fresh(state) && state.most >= best)
            stale.push_back(group);
    const auto most = [&](std::int64_t group) { return m_groups[static_cast<std::size_t>(group)].most; };
    const std::int64_t count = std::min(std::ssize(stale), kAtOnce);
    std::ranges::nth_element(stale, stale.begin() + count - 1, std::greater<>(), most);
    at::parallel_for(0, count, std::max<std::int64_t>(1, kWorthAThread / std::ssize(m_roots)),
                     [&](std::int64_t first, std::int64_t last) {
                         for (std::int64_t i = first; i < last; ++i)
                             condition(stale[static_cast<std::size_t>(i)]);
                     });
}

std::int64_t DeterminantGreedy::nextGroup() {
    while (true) {
        const auto best = std::ranges::max_element(m_groups, {}, &Group::most);
        if (best->most == kNothing)
            return -1;
        if (fresh(*best))
            return best - m_groups.begin();
        conditionFirst();
    }
}

std::int64_t DeterminantGreedy::bestOf(std::int64_t group) {
    const double most = m_groups[static_cast<std::size_t>(group)].most;
    std::int64_t token = group * kConditionedTokens;
    while (m_left[static_cast<std::size_t>(token)] != most || most <= m_least[static_cast<std::size_t>(token)])
        ++token;
    return token;
}

void DeterminantGreedy::take(std::int64_t token) {
    const std::int64_t group = token / kConditionedTokens, place = token % kConditionedTokens;
    const std::int64_t before = std::ssize(m_picks);
    const float* rows = rowsOf(group);
    double& left = leftOf(group)[place];
    for (std::int64_t pick = 0; pick < before; ++pick)
        m_factors.push_back(rows[pick * kConditionedTokens + place]);
    m_factorRows.push_back(m_factors.data() + std::ssize(m_factors) - before);
    m_similar.push_back(m_kernel.cosines.const_data_ptr<float>() + token * m_kernel.cosines.size(1));
    m_pickedRelevance.push_back(m_relevance[static_cast<std::size_t>(token)]);
    m_roots.push_back(std::sqrt(left));
    m_gains.push_back(left);
    m_picks.push_back(token);
    left = kNothing;
    findMost(group);
}

void DeterminantGreedy::fillUp() {
    std::vector<bool> taken(m_diagonal.size());
    for (const std::int64_t pick : m_picks)
        taken[static_cast<std::size_t>(pick)] = true;
    for (const std::int64_t token : byFallingScore(m_diagonal))
        if (std::ssize(m_picks) < m_count && !taken[static_cast<std::size_t>(token)]) {
            m_picks.push_back(token);
            m_gains.push_back(0);
        }
}

void DeterminantGreedy::run() {
    while (std::ssize(m_picks) < m_count) {
        const std::int64_t group = nextGroup();
        if (group < 0)
            return fillUp();
        take(bestOf(group));
    }
}

std::vector<float> DeterminantGreedy::left() {
    at::parallel_for(0, groupCount(), 4, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t group = first; group < last; ++group)
            condition(group);
    });
    std::vector<float> left(m_left.begin(), m_left.begin() + std::ssize(m_diagonal));
    for (std::size_t i = 0; i < m_picks.size(); ++i)
        left[static_cast<std::size_t>(m_picks[i])] = static_cast<float>(m_gains[i]);
    return left;
}

} // namespace prunescope::model
