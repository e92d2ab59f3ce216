#pragma once

#include "model/layers/kv_cache.h"
#include "model/layers/language_layer.h"

#include <memory>
#include <optional>

namespace prunescope::model {

/// One token through all language layers: the inner loop of an answer, bound by reading every weight once. Machines
/// that have a way of their own to do it give one of these; LanguageNetwork has the general way in LibTorch
/// operations, which is the truth in tests. Not thread-safe.
class TokenStep {
public:
    virtual ~TokenStep() = default;
    /// Appends the token to `cache` and returns its logits [vocab], valid until the next call. `position` is that of
    /// all three axes.
    virtual at::Tensor run(std::int64_t id, std::int64_t position, KvCache& cache) = 0;
    /// As `run`, but for the id of the largest logit, the lowest one on ties: for plain greedy decoding, where only ids
    /// need to leave the device. The next token may be begun before anybody asks for it. Nothing, and nothing done,
    /// where a step leaves the choice to others. Throws Error(BadInput) when a logit is not a number.
    virtual std::optional<std::int64_t> runGreedy(std::int64_t, std::int64_t, KvCache&) { return std::nullopt; }
};

/// The quickest step for where `weights` are, or nullptr where only the general way is there. `weights` must outlive
/// it.
std::unique_ptr<TokenStep> makeTokenStep(const LanguageWeights& weights);

} // namespace prunescope::model
