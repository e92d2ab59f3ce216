#pragma once

#include "core/base/stage_times.h"
#include "model/api/answer_events.h"
#include "model/engine/prefix_cache.h"
#include "model/engine/token_stages.h"
#include "model/images/prepare_image.h"
#include "model/network/network.h"
#include "model/values/answer.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace prunescope::model {

/// Settings of a run of one prompt.
struct RunSettings {
    PrunePlan plan;
    Decoding decoding;
    int maxTokens = 512;
    std::vector<std::int64_t> endTokens;                       ///< empty: run to maxTokens
    std::function<void(const at::Tensor&)> onFirstLogits = {}; ///< gets those of the first token, [vocab]
    std::vector<std::int64_t> question = {}; ///< ids of what people asked, for methods that look at it alone
};

struct RunResult {
    std::vector<std::int64_t> ids; ///< without the end token
    FinishReason finishReason = FinishReason::Length;
    int promptTokens = 0;
    StageTimes times; ///< vit, method, prefill, sample, decode_per_token
    PruneOutcome pruning;
    Reuse reuse;
    std::int64_t kvBytes = 0;
    std::int64_t stateBytes = 0;
};

/// Called with each new token; not with the end token.
using IdSink = std::function<void(std::int64_t)>;

/// Runs one prompt: encoder, prefill and decoding, with the masks of `images` applied where the plan says. `full` is
/// the prompt before pruning. Takes over from `prefixCache` what it can, and leaves its own there. A stop request ends
/// it within one step with FinishReason::Cancelled. Throws Error(BadInput) when the prompt does not fit the model's
/// context.
RunResult runPrompt(const VisionLanguageModel& network, const TokenSequence& full,
                    const std::vector<PreparedImage>& images, const RunSettings& settings, PrefixCache& prefixCache,
                    const AnswerEvents& events, const IdSink& onId, std::stop_token stop);

/// Time to first token: preprocess + select of all images + the rest of `times` up to the first token.
void setTimeToFirstToken(StageTimes& times);

} // namespace prunescope::model
