#pragma once

#include "model/tokenizer/chat_template.h"

#include <string_view>
#include <vector>

namespace prunescope::model {

/// What templates of plain turns differ in.
struct TurnStyle {
    std::string_view image; ///< what stands for a picture
    std::string_view
        defaultSystem;           ///< text of the system message where the first message is none; empty: there is none
    bool countsPictures = false; ///< knows ChatOptions::addVisionId
};

/// A chat of turns `<|im_start|>ROLE`, new line, the parts in order, `<|im_end|>`, new line, of any role in any place
/// (other-families spec 1.6 and 3.6). Throws Error(BadInput) for an unknown role, and for tools, which such a template
/// has no place for.
std::vector<PromptPiece> renderPlainTurns(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                          const ChatOptions& options, const TurnStyle& style);

} // namespace prunescope::model
