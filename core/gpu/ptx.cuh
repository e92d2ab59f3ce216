// Machine instructions that CUDA C++ has no word for, one function each.
#pragma once

#include <cstdint>

namespace prunescope::cuda {

/// `sum` + weight 0 * byte 0 + weight 1 * byte 1: signed 16-bit weights (low half first), unsigned bytes.
__device__ inline int dotLowBytes(std::uint32_t weights, std::uint32_t bytes, int sum) {
    int result;
    asm("dp2a.lo.s32.u32 %0, %1, %2, %3;" : "=r"(result) : "r"(weights), "r"(bytes), "r"(sum));
    return result;
}

/// The same for bytes 2 and 3.
__device__ inline int dotHighBytes(std::uint32_t weights, std::uint32_t bytes, int sum) {
    int result;
    asm("dp2a.hi.s32.u32 %0, %1, %2, %3;" : "=r"(result) : "r"(weights), "r"(bytes), "r"(sum));
    return result;
}

/// A word that another CTA may be writing: all of it, old or new, and never from a stale cache. Orders nothing else.
__device__ inline std::uint64_t loadRelaxed(const std::uint64_t* word) {
    std::uint64_t value;
    asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(value) : "l"(word));
    return value;
}

__device__ inline void storeRelaxed(std::uint64_t* word, std::uint64_t value) {
    asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(word), "l"(value));
}

} // namespace prunescope::cuda
