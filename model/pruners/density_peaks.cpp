#include "core/kernels/cpu_level.h"
#include "model/kernels/layer_rows.h"
#include "model/pruners/ranking.h"
#include "model/pruners/sparsevlm.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <limits>

// The clustering that SparseVLM recycles tokens with (uniprune spec 4).

namespace prunescope::model {

namespace {

/// Distances of each two of `rows` [n, width] on the host, from their differences: a product form would leave something
/// on the diagonal. [n, n], the same both ways.
at::Tensor hostDistances(const at::Tensor& rows) {
    const std::int64_t count = rows.size(0), width = rows.size(1);
    const at::Tensor wide = rows.to(at::kFloat).contiguous();
    at::Tensor table = at::empty({count, count}, wide.options());
    const LayerRows& loops = layerRows(bestCpuLevel());
    const float* values = wide.data_ptr<float>();
    float* to = table.data_ptr<float>();
    // Rows from both ends in turn, so that all threads have as much to do.
    at::parallel_for(0, count, 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            const std::int64_t row = i % 2 == 0 ? i / 2 : count - 1 - i / 2;
            loops.squaredDistances(values + row * width, values, row + 1, width, to + row * count);
            for (std::int64_t other = 0; other <= row; ++other)
                to[other * count + row] = to[row * count + other] = std::sqrt(to[row * count + other]);
        }
    });
    return table;
}

/// Distances of rows over the root of their width.
class Distances {
public:
    explicit Distances(const at::Tensor& rows) : m_count(rows.size(0)) {
        const double root = std::sqrt(static_cast<double>(rows.size(1)));
        m_values = rows.is_cpu() ? hostDistances(rows).div_(root)
                                 : (at::cdist(rows.to(at::kFloat), rows.to(at::kFloat), 2, kNoProduct) / root).cpu();
    }

    std::int64_t count() const { return m_count; }
    std::span<const float> of(std::int64_t row) const {
        return {m_values.data_ptr<float>() + row * m_count, static_cast<std::size_t>(m_count)};
    }
    float largest() const { return m_values.max().item<float>(); }

private:
    static constexpr std::int64_t kNoProduct = 2; ///< cdist: "donot_use_mm_for_euclid_dist"

    std::int64_t m_count;
    at::Tensor m_values; ///< [n, n]
};

/// exp(-mean square distance to the `nearest` rows, itself among them)
double densityOf(std::span<const float> distances, std::int64_t nearest) {
    std::vector<float> sorted(static_cast<std::size_t>(nearest));
    std::ranges::partial_sort_copy(distances, sorted);
    double sum = 0;
    for (const float distance : sorted)
        sum += static_cast<double>(distance) * distance;
    return std::exp(-sum / static_cast<double>(nearest));
}

bool isDenser(const std::vector<double>& density, std::size_t one, std::size_t other) {
    return density[one] > density[other] || (density[one] == density[other] && one < other);
}

float distanceToDenser(const Distances& distances, const std::vector<double>& density, std::size_t row) {
    float least = std::numeric_limits<float>::infinity();
    const std::span<const float> from = distances.of(static_cast<std::int64_t>(row));
    for (std::size_t other = 0; other < from.size(); ++other)
        if (isDenser(density, other, row))
            least = std::min(least, from[other]);
    return std::isinf(least) ? distances.largest() : least;
}

/// The nearest of `centres`, the first of equally near ones.
std::int64_t nearestOf(std::span<const float> distances, std::span<const std::int64_t> centres) {
    const auto distance = [&](std::int64_t centre) { return distances[static_cast<std::size_t>(centre)]; };
    return std::ranges::min_element(centres, {}, distance) - centres.begin();
}

} // namespace

DensityPeaks densityPeaks(const at::Tensor& rows) {
    const Distances distances(rows);
    const auto count = static_cast<std::size_t>(distances.count());
    const std::int64_t groups = groupsOf(distances.count());
    DensityPeaks peaks{std::vector<double>(count), std::vector<float>(count), {}, {}};
    std::vector<double> peak(count);
    for (std::size_t row = 0; row < count; ++row)
        peaks.density[row] = densityOf(distances.of(static_cast<std::int64_t>(row)), groups);
    for (std::size_t row = 0; row < count; ++row) {
        peaks.delta[row] = distanceToDenser(distances, peaks.density, row);
        peak[row] = peaks.density[row] * static_cast<double>(peaks.delta[row]);
    }
    peaks.centres = bestTokens(peak, groups);
    for (std::size_t row = 0; row < count; ++row)
        peaks.group.push_back(nearestOf(distances.of(static_cast<std::int64_t>(row)), peaks.centres));
    for (std::int64_t group = 0; group < groups; ++group)
        peaks.group[static_cast<std::size_t>(peaks.centres[static_cast<std::size_t>(group)])] = group;
    return peaks;
}

} // namespace prunescope::model
