#pragma once

#include "model/budget/free_memory.h"
#include "model/budget/memory_estimate.h"
#include "model/images/prepare_image.h"
#include "model/network/network.h"
#include "model/values/request.h"

#include <vector>

namespace prunescope::model {

RunTraits runTraits(const ModelTraits& traits);

/// Number of answer tokens that the KV cache is made for at first: most answers are shorter, and it grows when they are
/// not.
inline constexpr int kReservedAnswerTokens = 512;

/// The rows of a prompt that has `fullTokens` tokens before blocks are dropped and an answer of up to `maxTokens`.
PromptSize promptSize(const std::vector<PreparedImage>& images, const PrunePlan& plan, int fullTokens, int maxTokens);

/// Memory budget of prompts: compares what a prompt takes with what is free, before anything is allocated for it. One
/// thread at a time.
class PromptBudget {
public:
    /// Tensors and the gaps that a usual heap leaves between them take at most so many times what the tensors do.
    static constexpr int kGaps = 3;

    /// `mappedBytes` of the weights are pages of files: they count as free memory and yet have to stay.
    PromptBudget(const ModelTraits& traits, std::int64_t mappedBytes, MemoryGauge gauge);

    /// A prompt as it is about to run.
    struct Prompt {
        const Request& request;
        PixelLimits limits; ///< of the pictures, as they were prepared
        const std::vector<PreparedImage>& images;
        int fullTokens; ///< before blocks are dropped
    };

    /// A prompt that may run.
    struct Allowance {
        /// Value that `peakBytes` (model/device/device.h) should have afterwards: what the process or the GPU holds,
        /// and the prompt.
        std::int64_t expectedPeak = 0;
        bool tight = false; ///< it is only sure to fit with an MmapAllocation
    };

    /// Checks that the prompt fits: throws Error(OutOfMemory) that says how much it takes, how much is free, and which
    /// max-pixels or tau would fit.
    Allowance require(const Prompt& prompt) const;

    /// Throws the same error for a prompt that ran out of memory all the same; `cause` is what was reported.
    [[noreturn]] void refuse(const Prompt& prompt, const std::string& cause) const;

    /// Call when the network was made anew of other weights: of its mapped ones, those that came in are not read yet.
    void setWeights(const ModelTraits& traits, std::int64_t mappedBytes);

    /// Call after an answer: from now on the mapped weights are part of what the process holds.
    void setRead() { m_unreadBytes = 0; }

private:
    PromptBytes estimate(const Prompt& prompt) const;
    std::int64_t freeBytes() const;

    ModelShape m_shape;
    at::Device m_device;
    RunTraits m_run;
    std::int64_t m_mappedBytes;
    std::int64_t m_unreadBytes; ///< of these, what is not in memory yet
    MemoryGauge m_gauge;
};

} // namespace prunescope::model
