#include "core/pruning/shown_blocks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace prunescope {

namespace {

/// Covers the rounding of a few roots and sums; whole numbers in a double need none.
constexpr double kRootMargin = 1e-9;

double norm(Reduction reduction, std::uint32_t raw) {
    return reduction == Reduction::Squares ? std::sqrt(static_cast<double>(raw)) : static_cast<double>(raw);
}

} // namespace

std::uint32_t decisiveDistance(Reduction reduction, std::uint32_t bound) {
    // Different for sure is above bound + 2 errors of at most `bound`; as a sum of squares nine times as much. The
    // added one keeps clear of the margin.
    const std::uint64_t factor = reduction == Reduction::Squares ? 9 : 3;
    const std::uint64_t distance = bound == 0 ? 0 : factor * bound + 1;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(distance, PairTable::kExact));
}

ShownBlocks::ShownBlocks(const PairTable& pairs, const Similarity& similarity)
    : m_pairs(pairs), m_similarity(similarity), m_shown(static_cast<std::size_t>(pairs.blocks().grid().count())),
      m_error(m_shown.size(), 0.0) {
    std::iota(m_shown.begin(), m_shown.end(), 0);
    const double bound = norm(pairs.reduction(), similarity.bound);
    const double margin = pairs.reduction() == Reduction::Squares ? kRootMargin : 0.0;
    m_surelySame = bound * (1 - margin);
    m_surelyDifferent = bound * (1 + margin);
}

bool ShownBlocks::same(int p, int q, std::uint32_t original) const {
    if (at(p) == at(q))
        return true;
    const double slack = m_error[static_cast<std::size_t>(p)] + m_error[static_cast<std::size_t>(q)];
    if (slack == 0) // shown and original blocks are equal
        return original <= m_similarity.bound;
    const double distance = norm(m_pairs.reduction(), original);
    if (distance + slack <= m_surelySame)
        return true;
    if (distance - slack > m_surelyDifferent)
        return false;
    return m_pairs.measure(at(p), at(q), m_similarity.bound) <= m_similarity.bound;
}

void ShownBlocks::drop(int i, int q, std::uint32_t original) {
    if (!m_similarity.anchored)
        return;
    const double bound = norm(m_pairs.reduction(), m_similarity.bound);
    const auto from = static_cast<std::size_t>(q), to = static_cast<std::size_t>(i);
    m_shown[to] = m_shown[from];
    m_error[to] = std::min(bound, norm(m_pairs.reduction(), original) + m_error[from]);
}

} // namespace prunescope
