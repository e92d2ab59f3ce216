#include "core/base/error.h"
#include "model/pruners/token_choice.h"

#include <ATen/Parallel.h>

namespace prunescope::model {

namespace {

/// One row after the other, so that nothing but the result is written.
void mixOnHost(const at::Tensor& rows, const RowMix& mix, at::Tensor& mixed) {
    const std::int64_t width = rows.size(1);
    const float* from = rows.data_ptr<float>();
    float* to = mixed.data_ptr<float>();
    at::parallel_for(0, mix.rows(), 16, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last; ++row)
            for (auto i = static_cast<std::size_t>(mix.begin[static_cast<std::size_t>(row)]);
                 i < static_cast<std::size_t>(mix.begin[static_cast<std::size_t>(row) + 1]); ++i) {
                const float* source = from + mix.source[i] * width;
                for (std::int64_t col = 0; col < width; ++col)
                    to[row * width + col] += mix.weight[i] * source[col];
            }
    });
}

/// Number of the row that each source goes into.
std::vector<std::int64_t> targets(const RowMix& mix) {
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < mix.rows(); ++row)
        rows.resize(static_cast<std::size_t>(mix.begin[static_cast<std::size_t>(row) + 1]), row);
    return rows;
}

} // namespace

at::Tensor mixRows(const at::Tensor& rows, const RowMix& mix) {
    check(mix.source.size() == mix.weight.size() && mix.begin.back() == static_cast<std::int64_t>(mix.source.size()),
          "a mix has a weight for each source");
    const at::Tensor wide = rows.to(at::kFloat).contiguous();
    at::Tensor mixed = at::zeros({mix.rows(), rows.size(1)}, wide.options());
    if (wide.is_cpu()) {
        mixOnHost(wide, mix, mixed);
        return mixed.to(rows.scalar_type());
    }
    const auto onDevice = [&](const at::Tensor& values) { return values.to(wide.device()); };
    const at::Tensor shares = onDevice(at::tensor(mix.weight, at::kFloat)).unsqueeze(1);
    const at::Tensor parts = wide.index_select(0, onDevice(at::tensor(mix.source, at::kLong)));
    mixed.index_add_(0, onDevice(at::tensor(targets(mix), at::kLong)), parts * shares);
    return mixed.to(rows.scalar_type());
}

} // namespace prunescope::model
