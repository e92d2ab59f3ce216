#include "model/families/plain_turns.h"

#include "core/base/error.h"
#include "model/families/qwen_chat.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::array<std::string_view, 4> kRoles{"system", "user", "assistant", "tool"};

void check(const std::vector<Message>& messages, std::size_t index) {
    if (std::ranges::find(kRoles, messages[index].role) == kRoles.end())
        refuseRole(messages, index);
    if (!messages[index].toolCalls.empty())
        throw Error(ErrorKind::BadInput,
                    "message " + std::to_string(index + 1) +
                        " calls tools, expected text: this model's template has no place for calls");
}

} // namespace

std::vector<PromptPiece> renderPlainTurns(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                          const ChatOptions& options, const TurnStyle& style) {
    checkTools(tools);
    if (!tools.empty())
        throw Error(ErrorKind::BadInput,
                    "the request has tools, expected none: this model's template has no place for them");
    ChatOptions own = options;
    own.addVisionId = options.addVisionId && style.countsPictures;
    ChatMl chat(own, {.image = style.image});
    if (!style.defaultSystem.empty() && !messages.empty() && messages.front().role != "system")
        chat.turn("system", {"system", {Part::ofText(std::string(style.defaultSystem))}});
    for (std::size_t i = 0; i < messages.size(); ++i) {
        check(messages, i);
        chat.turn(messages[i].role, messages[i]);
    }
    if (options.generationPrompt)
        chat.openAnswer();
    return chat.take();
}

} // namespace prunescope::model
