#pragma once

#include "model/tokenizer/chat_template.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// The chat template of Qwen3.5 (qwen3-5 spec 11). Truth values and null in the arguments of calls are written as JSON:
/// the public copies of the template differ there. Throws Error(BadInput) for what the template refuses: no message of
/// the user, a system message elsewhere than first or with an image, unknown roles.
std::vector<PromptPiece> renderQwen35Chat(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                          const ChatOptions& options);

/// Call of a tool in an answer.
struct ToolCall {
    std::string name;
    nlohmann::ordered_json arguments; ///< an object
    bool operator==(const ToolCall&) const = default;
};

/// The calls in an answer of Qwen3.5. A value is text where `tools` declares it as "string", else JSON where it is
/// that; without a declaration too. The last closing tags may be missing. What has no name is no call.
std::vector<ToolCall> parseQwen35Calls(std::string_view answer, const nlohmann::ordered_json& tools);

} // namespace prunescope::model
