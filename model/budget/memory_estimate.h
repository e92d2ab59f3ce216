#pragma once

#include "core/report/cost_model.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Numbers of rows that a prompt puts through the network.
struct PromptSize {
    std::vector<std::int64_t> patches; ///< per picture, as they enter the vision encoder
    std::int64_t keptBlocks = 0;       ///< visual tokens of all pictures that reach the language layers
    std::int64_t tokens = 0;           ///< of the pruned prompt, visual ones included
    std::int64_t cacheTokens = 0;      ///< that the key-value cache has room for
    std::int64_t states = 2;           ///< of every linear layer: those before and after the prompt, and snapshots
    std::int64_t comparedTokens = 0; ///< of one picture, whose pairs a method after the encoder compares; 0: none does
};

/// Traits of a run that decide the size of activations beside the model's shape.
struct RunTraits {
    int bytesPerValue = 4; ///< of activations
    bool onGpu = false;
    bool packed = false; ///< matrices are unpacked before they are multiplied
};

/// Peak bytes of each stage of a prompt, beside the weights and the images.
struct PromptBytes {
    std::int64_t encoderBytes = 0; ///< patch rows, vision layers, mergers
    std::int64_t choiceBytes = 0;  ///< features, and tables of pairs of tokens
    std::int64_t prefillBytes = 0; ///< keys and values, states, features, language layers, first logits
    std::int64_t cacheBytes = 0;   ///< of these, keys and values, and states

    std::int64_t peakBytes() const { return std::max({encoderBytes, choiceBytes, prefillBytes}); }
};

/// Estimates the peak bytes of a prompt: not less than what happens, and at most about twice as much.
PromptBytes estimatePrompt(const ModelShape& shape, const PromptSize& size, const RunTraits& run);

/// Least memory that a prompt of words takes: with this it makes sense to load a model at all.
PromptBytes estimateSmallPrompt(const ModelShape& shape, const RunTraits& run);

} // namespace prunescope::model
