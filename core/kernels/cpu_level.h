#pragma once

#include <span>
#include <string_view>

namespace prunescope {

/// Instruction sets that kernels are written for. Every kernel has a scalar twin, which is the truth in tests.
enum class CpuLevel { Scalar, Avx2, Avx512 };

std::string_view nameOf(CpuLevel level);

/// Instruction sets that this build and this processor have, slowest first; never empty.
std::span<const CpuLevel> cpuLevels();

/// The last of `cpuLevels`, or what the environment variable PRUNESCOPE_CPU (scalar, avx2, avx512) lowers it to.
CpuLevel bestCpuLevel();

} // namespace prunescope
