#include "model/kernels/attention_columns.h"

#include "core/base/error.h"
#include "model/kernels/flash_tiles.h"

#include <algorithm>
#include <cstdint>

namespace prunescope::model {

namespace {

constexpr int kItemsOfThread = 4;

/// Large items load queries seldom, small ones are shared out evenly.
int stepsOfItem(std::int64_t keySteps, int threads) {
    return static_cast<int>(std::clamp<std::int64_t>(keySteps / (kItemsOfThread * threads), 1, kMaxColumnSteps));
}

} // namespace

AttentionColumns planAttentionColumns(const AttentionCall& call, int threads) {
    check(call.logTotals != nullptr, "columns of attention need the totals of its rows");
    check(call.kvHeads == call.heads && !call.causal, "columns are summed where all see all, head by head");
    AttentionColumns columns{planFlashAttention(call), 1, 0};
    FlashAttention& plan = columns.plan;
    plan.columnTiles = 0; // no values
    plan.packedBytes = static_cast<size_t>(headOffset(plan, call.kvHeads)) * sizeof(uint16_t);
    columns.itemSteps = stepsOfItem(plan.keySteps, threads);
    columns.items = (plan.keySteps + columns.itemSteps - 1) / columns.itemSteps;
    return columns;
}

} // namespace prunescope::model
