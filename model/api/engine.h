#pragma once

#include "model/api/answer_events.h"
#include "model/api/model_info.h"
#include "model/values/answer.h"
#include "model/values/load_options.h"
#include "model/values/prompt_view.h"

#include <stop_token>
#include <vector>

namespace prunescope::model {

/// A loaded vision-language model; the one door into model/. Nothing below it includes this header.
class Engine {
public:
    virtual ~Engine() = default;
    virtual const ModelInfo& info() const = 0;
    /// Puts the adapter in a folder onto the model, in place of its own; kNoAdapter (model/files/adapter_base.h): none.
    /// Reads only the weights that the one or the other changes, and forgets earlier prompts. On the same thread as
    /// `answer`. Throws Error, Error(Cancelled) when `stop` is requested; the model is then as it was.
    virtual void setAdapter(const std::string& folder, const LoadProgress& progress, std::stop_token stop) = 0;
    /// Answers a request. Not thread-safe: one call at a time. When `stop` is requested, returns within one token with
    /// what there is so far (FinishReason::Cancelled). Throws Error; the engine stays usable.
    virtual Answer answer(const Request& request, const AnswerEvents& events, std::stop_token stop) = 0;
    /// What `answer` would give the network for this request, which does not run; also of a prompt that is too long for
    /// it. On the same thread as `answer`. Throws Error for what cannot be prepared.
    virtual PromptView showPrompt(const Request& request) = 0;
    /// Tokens of the prompt of this request that are no image's: the chat template's and those of what is written. On
    /// the same thread as `answer`. Throws as `showPrompt` does, from which it counts where there is no quicker way.
    virtual int textTokens(const Request& request);
    /// Logits [vocab] of the first token of an answer, which is not given. As `answer` otherwise; throws
    /// Error(Unsupported) where an engine has none to show, and Error(Cancelled).
    virtual std::vector<float> firstLogits(const Request& request, std::stop_token stop);
};

} // namespace prunescope::model
