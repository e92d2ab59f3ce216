#pragma once

#include "core/metrics/pair_table.h"
#include "core/pruning/method.h"

#include <cstdint>
#include <vector>

namespace prunescope {

/// Distances from here on decide every comparison of an anchored selection without a look at the pixels: a shown block
/// is within the bound of the original, at either side of a pair (triangle inequality).
std::uint32_t decisiveDistance(Reduction reduction, std::uint32_t bound);

/// The block whose pixels stand at each place for the neighbours to come: the original one, or, where an anchored
/// method dropped it, its prediction (the state grid G of pixelprune spec 2.3). 12 bytes a block.
///
/// Most comparisons of shown blocks are decided by the distance d of the *original* ones, which is in the table: with
/// e(p) the distance of original and shown block at p, or more, the shown ones are between d - e(p) - e(q) and
/// d + e(p) + e(q) apart. Only what lies between is compared pixel by pixel.
class ShownBlocks {
public:
    ShownBlocks(const PairTable& pairs, const Similarity& similarity);

    /// Whether the blocks that are shown at `p` and `q` are the same under the bound; `original` is the raw distance of
    /// the original ones.
    bool same(int p, int q, std::uint32_t original) const;
    /// Block `i` was dropped: it is shown as what is shown at `q`, if the mode is anchored. `original` as above.
    void drop(int i, int q, std::uint32_t original);
    int at(int i) const { return m_shown[static_cast<std::size_t>(i)]; }

private:
    const PairTable& m_pairs;
    Similarity m_similarity;
    double m_surelySame; // distances as norms: sums and largest differences as they are, roots of squares
    double m_surelyDifferent;
    std::vector<int> m_shown;
    std::vector<double> m_error; // of what is shown: the distance to the original, or more; 0 is exact
};

} // namespace prunescope
