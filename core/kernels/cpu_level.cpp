#include "core/kernels/cpu_level.h"

#include "core/base/log.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>
#if defined(PRUNESCOPE_X86_KERNELS)
#include <cpuid.h>
#endif

namespace prunescope {

namespace {

#if defined(PRUNESCOPE_X86_KERNELS)
/// Conversions of half numbers, by which name the builtin of clang 14 does not know them.
bool hasF16c() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
#endif

bool runs(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && hasF16c();
    if (level == CpuLevel::Avx512)
        return runs(CpuLevel::Avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
#endif
    return level == CpuLevel::Scalar;
}

CpuLevel chooseLevel() {
    const std::span<const CpuLevel> levels = cpuLevels();
    const char* wish = std::getenv("PRUNESCOPE_CPU");
    if (!wish || !*wish)
        return levels.back();
    const auto found =
        std::find_if(levels.begin(), levels.end(), [&](CpuLevel level) { return nameOf(level) == wish; });
    if (found != levels.end())
        return *found;
    log::warning("PRUNESCOPE_CPU is '" + std::string(wish) + "', which this machine has not; using " +
                 std::string(nameOf(levels.back())));
    return levels.back();
}

} // namespace

std::string_view nameOf(CpuLevel level) {
    switch (level) {
    case CpuLevel::Avx2:
        return "avx2";
    case CpuLevel::Avx512:
        return "avx512";
    case CpuLevel::Scalar:
        break;
    }
    return "scalar";
}

std::span<const CpuLevel> cpuLevels() {
    static const std::vector<CpuLevel> levels = [] {
        std::vector<CpuLevel> list;
        for (const CpuLevel level : {CpuLevel::Scalar, CpuLevel::Avx2, CpuLevel::Avx512})
            if (runs(level))
                list.push_back(level);
        return list;
    }();
    return levels;
}

CpuLevel bestCpuLevel() {
    static const CpuLevel best = chooseLevel();
    return best;
}

} // namespace prunescope
