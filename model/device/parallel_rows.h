#pragma once

#include <ATen/Parallel.h>
#include <algorithm>
#include <cstdint>

namespace prunescope::model {

/// Calls `work(first, last)` with rows of `width` numbers until all `rows` are done, on several threads where that
/// pays.
template <typename Work>
void forRowRanges(std::int64_t rows, std::int64_t width, const Work& work) {
    constexpr std::int64_t kGrain = 1 << 15; // fewer numbers are not worth waking a thread for
    at::parallel_for(0, rows, std::max<std::int64_t>(1, kGrain / width), work);
}

} // namespace prunescope::model
