// Telling two shown blocks apart without their pixels. At every place stands an original block and, in anchored mode,
// the block that is shown there; the distance of the two is at most `error`. So the distance d of two originals tells
// the distance of what is shown up to the errors at both places (all distances are norms, the squares after a root),
// and pixels are needed only where the errors leave it open. Arithmetic is rounded to the safe side; without errors it
// is exact in integers.
#pragma once

#include "core/gpu/warp_blocks.cuh"

namespace prunescope::cuda {

enum class Verdict { Same, Different, Open };

/// The bound of a selection under one fold.
template <typename Fold>
struct ErrorBound {
    std::uint32_t raw;

    /// A raw distance as a norm, rounded up or down. Maxima and sums are exact: they stay below 2^24.
    static __device__ float above(std::uint32_t distance) {
        const float value = __uint2float_ru(distance);
        return Fold::kRoot ? __fsqrt_ru(value) : value;
    }
    static __device__ float below(std::uint32_t distance) {
        const float value = __uint2float_rd(distance);
        return Fold::kRoot ? __fsqrt_rd(value) : value;
    }

    /// Originals at `distance` whose shown blocks lie `errors` (a sum) off.
    __device__ Verdict judge(std::uint32_t distance, float errors) const {
        if (errors == 0)
            return distance <= raw ? Verdict::Same : Verdict::Different;
        if (__fadd_ru(above(distance), errors) <= below(raw))
            return Verdict::Same;
        return below(distance) > __fadd_ru(above(raw), errors) ? Verdict::Different : Verdict::Open;
    }

    /// Whether originals at `distance` differ whichever block is shown in place of one of them.
    __device__ bool differsAnyway(std::uint32_t distance) const {
        return below(distance) > __fadd_ru(above(raw), above(raw));
    }

    /// Error at a place that was dropped: its original lies `distance` from one whose shown block lies `error` off.
    __device__ float errorAfter(std::uint32_t distance, float error) const {
        return min(above(raw), __fadd_ru(above(distance), error));
    }
};

} // namespace prunescope::cuda
