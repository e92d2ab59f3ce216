#include "model/kernels/attention_columns.h"

#include "core/base/error.h"
#include "model/kernels/flash_tiles.h"

namespace prunescope::model {

AttentionColumns planAttentionColumns(const AttentionCall& call) {
    check(call.logTotals != nullptr, "columns of attention need the totals of its rows");
    check(call.kvHeads == call.heads && !call.causal, "columns are summed where all see all, head by head");
    AttentionColumns columns{planFlashAttention(call), 0};
    FlashAttention& plan = columns.plan;
    plan.columnTiles = 0; // no values
    plan.packedBytes = static_cast<size_t>(headOffset(plan, call.kvHeads)) * sizeof(uint16_t);
    columns.items = (plan.keySteps + kColumnSteps - 1) / kColumnSteps;
    return columns;
}

} // namespace prunescope::model
