#include "model/study/machine_rates.h"

#include "core/base/stage_times.h"
#include "model/device/device.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace prunescope::model {

namespace {

constexpr int kRuns = 7;

/// Shortest of several runs, in seconds, after one to warm up.
double bestSeconds(at::Device device, const std::function<void()>& work) {
    double best = std::numeric_limits<double>::max();
    for (int run = 0; run <= kRuns; ++run) {
        synchronize(device);
        const Stopwatch watch;
        work();
        synchronize(device);
        if (run > 0)
            best = std::min(best, watch.ms() / 1000);
    }
    return best;
}

} // namespace

MachineRates measureRates(at::Device device, at::ScalarType dtype) {
    const auto options = at::TensorOptions(device).dtype(dtype);
    const std::int64_t side = device.is_cpu() ? 2048 : 8192;
    const at::Tensor a = at::ones({side, side}, options), b = at::ones({side, side}, options);
    at::Tensor product = at::empty({side, side}, options);
    const double productSeconds = bestSeconds(device, [&] { at::mm_out(product, a, b); });

    const std::int64_t bytes = device.is_cpu() ? std::int64_t{1} << 28 : std::int64_t{1} << 31;
    const at::Tensor source = at::ones({bytes}, options.dtype(at::kByte));
    at::Tensor target = at::empty_like(source);
    const double copySeconds = bestSeconds(device, [&] { target.copy_(source); });

    const auto cube = static_cast<double>(side) * static_cast<double>(side) * static_cast<double>(side);
    return {2 * cube / productSeconds, 2 * static_cast<double>(bytes) / copySeconds};
}

} // namespace prunescope::model
