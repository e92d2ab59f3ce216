#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace prunescope {

/// Filter taps of one axis of a resize, in fixed point: output i is
/// clamp((half + sum of weights[i, j] * input[first[i] + j] over j < count[i]) >> precision, 0, 255), where half is
/// 2^(precision - 1), or 0 at precision 0. No sum leaves 32 bits. `first` and `first + count` never decrease.
struct FilterTaps {
    std::vector<int> first;            ///< [outputs], the first input of each window
    std::vector<int> count;            ///< [outputs], 1..width inputs; windows never leave the input
    std::vector<std::int16_t> weights; ///< [outputs, width], 0 from count on
    int width = 0;
    int precision = 0; ///< bits after the point, 0..21

    int outputs() const { return static_cast<int>(first.size()); }
    const std::int16_t* of(int i) const {
        return weights.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(width);
    }
};

/// Bicubic (a = -0.5) filter taps from `in` to `out` samples, with antialiasing where that shrinks. With in == out
/// every window is one sample of weight 1 at precision 0, which changes nothing. Both are above 0.
FilterTaps makeTaps(int in, int out);

} // namespace prunescope
