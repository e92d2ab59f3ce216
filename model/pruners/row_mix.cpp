#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/kernels/selection_rows.h"
#include "model/pruners/token_choice.h"

#include <ATen/Parallel.h>
#include <algorithm>

namespace prunescope::model {

namespace {

/// Columns that are mixed at a time: those of a few thousand rows stay in the second cache, as a row is the source of
/// many.
constexpr std::int64_t kColumns = 128;

/// The sources of row `row`.
struct Sources {
    const std::int64_t* rows;
    const float* weights;
    std::int64_t count;
};

Sources sourcesOf(const RowMix& mix, std::int64_t row) {
    const std::int64_t first = mix.begin[static_cast<std::size_t>(row)];
    return {mix.source.data() + first, mix.weight.data() + first, mix.begin[static_cast<std::size_t>(row) + 1] - first};
}

template <typename T>
void largestOfColumns(const T* from, std::int64_t stride, const Sources& sources, std::int64_t columns, T* to) {
    for (std::int64_t col = 0; col < columns; ++col) {
        float most = sources.count > 0 ? -std::numeric_limits<float>::infinity() : 0;
        for (std::int64_t i = 0; i < sources.count; ++i)
            most = std::max(most, sources.weights[i] * static_cast<float>(from[sources.rows[i] * stride + col]));
        to[col] = static_cast<T>(most);
    }
}

void mixColumns(const float* from, std::int64_t stride, const Sources& sources, std::int64_t columns, float* to) {
    selectionRows(bestCpuLevel()).mixFloat32(from, stride, sources.rows, sources.weights, sources.count, columns, to);
}

void mixColumns(const at::BFloat16* from, std::int64_t stride, const Sources& sources, std::int64_t columns,
                at::BFloat16* to) {
    selectionRows(bestCpuLevel())
        .mixBfloat16(reinterpret_cast<const std::uint16_t*>(from), stride, sources.rows, sources.weights, sources.count,
                     columns, reinterpret_cast<std::uint16_t*>(to));
}

/// Columns by columns, so that nothing but the result is written.
template <typename T>
void mixOnHost(const at::Tensor& rows, const RowMix& mix, at::Tensor& mixed) {
    const std::int64_t width = rows.size(1), blocks = (width + kColumns - 1) / kColumns;
    const T* from = rows.const_data_ptr<T>();
    T* to = mixed.data_ptr<T>();
    at::parallel_for(0, blocks * mix.rows(), mix.rows(), [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            const std::int64_t col = i / mix.rows() * kColumns, row = i % mix.rows();
            const Sources sources = sourcesOf(mix, row);
            const std::int64_t columns = std::min(kColumns, width - col);
            if (mix.largest)
                largestOfColumns(from + col, width, sources, columns, to + row * width + col);
            else
                mixColumns(from + col, width, sources, columns, to + row * width + col);
        }
    });
}

at::Tensor mixedOnHost(const at::Tensor& rows, const RowMix& mix) {
    const bool narrow = rows.scalar_type() == at::kBFloat16;
    const at::Tensor from = (narrow ? rows : rows.to(at::kFloat)).contiguous();
    at::Tensor mixed = at::empty({mix.rows(), rows.size(1)}, from.options());
    if (narrow)
        mixOnHost<at::BFloat16>(from, mix, mixed);
    else
        mixOnHost<float>(from, mix, mixed);
    return mixed.to(rows.scalar_type());
}

/// Number of the row that each source goes into.
std::vector<std::int64_t> targets(const RowMix& mix) {
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < mix.rows(); ++row)
        rows.resize(static_cast<std::size_t>(mix.begin[static_cast<std::size_t>(row) + 1]), row);
    return rows;
}

at::Tensor mixedOnDevice(const at::Tensor& rows, const RowMix& mix) {
    const auto onDevice = [&](const at::Tensor& values) { return values.to(rows.device()); };
    const at::Tensor shares = onDevice(at::tensor(mix.weight, at::kFloat)).unsqueeze(1);
    const at::Tensor parts = rows.index_select(0, onDevice(at::tensor(mix.source, at::kLong))).to(at::kFloat) * shares;
    const at::Tensor into = onDevice(at::tensor(targets(mix), at::kLong));
    at::Tensor mixed = at::zeros({mix.rows(), rows.size(1)}, parts.options());
    if (mix.largest)
        mixed.index_reduce_(0, into, parts, "amax", false);
    else
        mixed.index_add_(0, into, parts);
    return mixed.to(rows.scalar_type());
}

} // namespace

at::Tensor mixRows(const at::Tensor& rows, const RowMix& mix) {
    check(mix.source.size() == mix.weight.size() && mix.begin.back() == static_cast<std::int64_t>(mix.source.size()),
          "a mix has a weight for each source");
    return rows.is_cpu() ? mixedOnHost(rows, mix) : mixedOnDevice(rows, mix);
}

} // namespace prunescope::model
