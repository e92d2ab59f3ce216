#pragma once

#include "model/families/qwen3_vl_layers.h"
#include "model/layers/kv_cache.h"

#include <memory>

namespace prunescope::model {

/// One token through all language layers: the inner loop of an answer, bound by reading every weight once. Machines
/// that have a way of their own to do it give one of these; `Qwen3VlText` has the general way in LibTorch operations,
/// which is the truth in tests. Not thread-safe.
class TokenStep {
public:
    virtual ~TokenStep() = default;
    /// Appends the token to `cache` and returns its logits [vocab], valid until the next call. `position` is that of
    /// all three axes.
    virtual at::Tensor run(std::int64_t id, std::int64_t position, KvCache& cache) = 0;
};

/// The quickest step for where `weights` are, or nullptr where only the general way is there. `weights` must outlive
/// it.
std::unique_ptr<TokenStep> makeTokenStep(const TextWeights& weights);

} // namespace prunescope::model
