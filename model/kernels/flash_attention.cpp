#include "model/kernels/flash_attention.h"

#include "core/base/error.h"
#include "core/kernels/cpu_level.h"
#include "model/kernels/flash_tiles.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace prunescope::model {

namespace {

constexpr unsigned kAmxBits = 1u << 22 | 1u << 24; // CPUID 7.0 EDX: AMX-BF16, AMX-TILE
constexpr unsigned kAvx512Bf16Bit = 1u << 5;       // CPUID 7.1 EAX
constexpr long kRequestPermission = 0x1023;        // ARCH_REQ_XCOMP_PERM
constexpr long kTileData = 18;                     // XFEATURE_XTILEDATA

std::int64_t divideUp(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

bool processorHasAmx() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || (edx & kAmxBits) != kAmxBits)
        return false;
    return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & kAvx512Bf16Bit);
}

/// Linux gives the 8 KiB of tile registers only to processes that ask.
bool systemAllowsTiles() {
    return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

} // namespace

bool flashAttentionRuns() {
    static const bool runs = bestCpuLevel() == CpuLevel::Avx512 && processorHasAmx() && systemAllowsTiles();
    return runs;
}

bool flashAttentionTakes(int headDim) {
    return headDim > 0 && headDim % 8 == 0 && headDim <= kFlashMaxHeadDim;
}

FlashAttention planFlashAttention(const AttentionCall& call) {
    check(flashAttentionTakes(call.headDim), "flash attention takes heads of this size");
    check(call.queries >= 0 && call.keys > 0, "attention has keys to look at");
    check(!call.causal || call.queries <= call.keys, "causal attention has a key for each query");
    check(call.kvHeads > 0 && call.heads % call.kvHeads == 0, "query heads are shared out evenly");
    check(call.scale > 0, "attention scores are scaled by a positive number");
    FlashAttention plan{};
    plan.call = call;
    plan.groups = call.heads / call.kvHeads;
    plan.depthSteps = static_cast<int>(divideUp(call.headDim, kStepKeys));
    plan.columnTiles = static_cast<int>(divideUp(call.headDim, kTileRows));
    plan.keySteps = divideUp(call.keys, kStepKeys);
    plan.rows = call.queries * plan.groups;
    plan.rowBlocks = divideUp(plan.rows, kFlashRows);
    plan.packedBytes = static_cast<size_t>(headOffset(plan, call.kvHeads)) * sizeof(uint16_t);
    plan.packItems = call.kvHeads * divideUp(plan.keySteps, kPackSteps);
    plan.attendItems = call.kvHeads * plan.rowBlocks;
    return plan;
}

} // namespace prunescope::model
