#pragma once

#include "model/values/request.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// A rendered prompt in pieces: what the template wrote (special tokens are recognised there) and what people wrote
/// (they are not: `<|im_end|>` in a document must not end the turn).
struct PromptPiece {
    std::string text;
    bool fromTemplate = true;
    bool operator==(const PromptPiece&) const = default;
};

struct ChatOptions {
    bool generationPrompt = true; ///< end with the opening of an assistant turn
    bool addVisionId = false;     ///< "Picture k: " before each image
};

/// Qwen3-VL Instruct's chat template (qwen3-vl spec 8), without Jinja. An image is `<|vision_start|><|image_pad|>
/// <|vision_end|>` with a single pad. Throws Error(BadInput) for an unknown role.
std::vector<PromptPiece> renderChat(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                    const ChatOptions& options = {});

/// All pieces joined: the text that the reference's template prints.
std::string joined(const std::vector<PromptPiece>& pieces);

} // namespace prunescope::model
