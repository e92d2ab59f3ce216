#pragma once

#include "model/families/family.h"
#include "model/memory/free_memory.h"
#include "model/memory/memory_estimate.h"
#include "model/prepare_image.h"
#include "model/request.h"

#include <vector>

namespace prunescope::model {

RunTraits runTraits(const ModelTraits& traits);

/// Answer tokens that the cache is made for at first: most answers are shorter, and it grows when they are not.
inline constexpr int kReservedAnswerTokens = 512;

/// The rows of a prompt that has `fullTokens` tokens before blocks are dropped and an answer of up to `maxTokens`.
PromptSize promptSize(const std::vector<PreparedImage>& images, const PrunePlan& plan, int fullTokens, int maxTokens);

/// Compares what a prompt takes with what is free, before anything is allocated for it. One thread at a time.
class PromptBudget {
public:
    /// `mappedBytes` of the weights are pages of files: they count as free memory and yet have to stay.
    PromptBudget(const ModelTraits& traits, std::int64_t mappedBytes, MemoryGauge gauge);

    /// A prompt as it is about to run.
    struct Prompt {
        const Request& request;
        PixelLimits limits; ///< of the pictures, as they were prepared
        const std::vector<PreparedImage>& images;
        int fullTokens; ///< before blocks are dropped
    };

    /// What the prompt takes. Throws Error(OutOfMemory) that says how much, how much is free, and which
    /// max-pixels or tau would fit.
    PromptMemory require(const Prompt& prompt) const;

    /// Whether a prompt that takes so much fits only with a FrugalHeap.
    bool isTight(const PromptMemory& needed) const;

    /// The same error for a prompt that ran out of memory all the same; `cause` is what was reported.
    [[noreturn]] void refuse(const Prompt& prompt, const std::string& cause) const;

private:
    PromptMemory estimate(const Prompt& prompt) const;
    std::int64_t freeBytes() const;

    ModelShape m_shape;
    at::Device m_device;
    RunTraits m_run;
    std::int64_t m_mappedBytes;
    MemoryGauge m_gauge;
};

} // namespace prunescope::model
