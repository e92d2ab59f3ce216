#include "model/study/logit_trace.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>

namespace prunescope::model {

namespace {

/// `next` gives the token to go on with after each row of logits.
template <typename Next>
LogitTrace trace(const VisionLanguageModel& network, const NetworkPrompt& prompt, int steps, std::stop_token stop,
                 const Next& next) {
    const c10::InferenceMode guard;
    const c10::DeviceGuard current(network.traits().device);
    const Observer observer{{}, std::move(stop)};
    VisionFeatures features;
    if (!prompt.vision.images.empty())
        features = network.encode(prompt.vision, observer);
    KvCache cache = network.makeCache();
    std::vector<at::Tensor> rows;
    LogitTrace result;
    const auto keep = [&](const at::Tensor& logits) {
        rows.push_back(logits.to(at::kCPU, at::kFloat, /*non_blocking=*/false, /*copy=*/true));
        result.ids.push_back(rows.back().argmax().item<std::int64_t>());
    };
    keep(network.prefill(prompt.tokens, features, cache, observer));
    for (int step = 0; step < steps; ++step) {
        observer.checkStop();
        keep(network.decode(next(result, step), prompt.tokens.nextPosition + step, cache));
    }
    result.logits = at::stack(rows);
    return result;
}

} // namespace

LogitTrace traceLogits(const VisionLanguageModel& network, const NetworkPrompt& prompt, int steps,
                       std::stop_token stop) {
    return trace(network, prompt, steps, std::move(stop), [](const LogitTrace& own, int) { return own.ids.back(); });
}

LogitTrace retraceLogits(const VisionLanguageModel& network, const NetworkPrompt& prompt, const LogitTrace& other,
                         std::stop_token stop) {
    return trace(network, prompt, static_cast<int>(other.ids.size()) - 1, std::move(stop),
                 [&](const LogitTrace&, int step) { return other.ids[static_cast<std::size_t>(step)]; });
}

LogitError logitError(const LogitTrace& expected, const LogitTrace& found) {
    LogitError error;
    const at::Tensor reference = expected.logits[0].to(at::kDouble);
    const double distance = (found.logits[0].to(at::kDouble) - reference).norm().item<double>();
    error.relativeL2 = distance / reference.norm().item<double>();
    error.firstTokenAgrees = found.ids.front() == expected.ids.front();
    error.tokens = static_cast<int>(expected.ids.size());
    int same = 0;
    for (std::size_t i = 0; i < expected.ids.size(); ++i)
        same += found.ids[i] == expected.ids[i] ? 1 : 0;
    error.tokensAgree = static_cast<double>(same) / error.tokens;
    return error;
}

} // namespace prunescope::model
