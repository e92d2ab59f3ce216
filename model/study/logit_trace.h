#pragma once

#include "model/network/network.h"
#include "model/study/logit_error.h"

#include <stop_token>
#include <vector>

namespace prunescope::model {

/// A prompt as the network gets it: pruned, with its images.
struct NetworkPrompt {
    TokenSequence tokens;
    VisionInput vision;
};

/// Logits of a network after a prompt, and after every token that it chose to go on with.
struct LogitTrace {
    at::Tensor logits;             ///< [1 + steps, vocab], float32 in host memory
    std::vector<std::int64_t> ids; ///< [1 + steps], the likeliest token of each row
};

/// Traces a network for `steps` tokens, the likeliest each time. Throws Error(Cancelled) when stopped.
LogitTrace traceLogits(const VisionLanguageModel& network, const NetworkPrompt& prompt, int steps,
                       std::stop_token stop);
/// Traces a network along the tokens of another trace.
LogitTrace retraceLogits(const VisionLanguageModel& network, const NetworkPrompt& prompt, const LogitTrace& other,
                         std::stop_token stop);

LogitError logitError(const LogitTrace& expected, const LogitTrace& found);

} // namespace prunescope::model
