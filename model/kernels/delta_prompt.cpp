#include "model/kernels/delta_prompt.h"

#include "core/kernels/cpu_level.h"
#include "model/kernels/delta_chunk.h"

namespace prunescope::model {

namespace {

constexpr std::int64_t kWidestPanel = 64;

/// Hands out consecutive parts of `next`.
struct Cutter {
    float* next;
    std::int64_t total = 0;

    float* operator()(std::int64_t count) {
        float* part = next ? next + total : nullptr;
        total += count;
        return part;
    }
};

DeltaScratch cut(const PromptRule& prompt, Cutter& part) {
    const std::int64_t square = kDeltaChunk * kDeltaChunk, rows = kDeltaChunk * prompt.keyDim;
    const std::int64_t state = prompt.valueHeads / prompt.keyHeads * prompt.keyDim * prompt.valueDim;
    return {part(state),       part(rows),        part(rows),
            part(rows),        part(square),      part(square),
            part(square),      part(square),      part(kDeltaChunk * kWidestPanel),
            part(kDeltaChunk), part(kDeltaChunk), part(kDeltaChunk)};
}

} // namespace

std::int64_t deltaScratch(const PromptRule& prompt) {
    Cutter counted{nullptr};
    cut(prompt, counted);
    return counted.total;
}

DeltaScratch cutScratch(const PromptRule& prompt, float* numbers) {
    Cutter part{numbers};
    return cut(prompt, part);
}

const DeltaPrompt& deltaPrompt(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kDeltaPromptAvx512;
    if (level == CpuLevel::Avx2)
        return kDeltaPromptAvx2;
#endif
    static_cast<void>(level);
    return kDeltaPromptScalar;
}

} // namespace prunescope::model
