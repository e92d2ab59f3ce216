#pragma once

#include "model/tokenizer/chat_template.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// What the families that write ChatML do differently.
struct ChatMlStyle {
    std::string_view image = "<|vision_start|><|image_pad|><|vision_end|>"; ///< a picture, with a single pad
    bool trims = false; ///< content loses the white space at its ends
};

/// Writes turns of ChatML, `<|im_start|>ROLE`, a new line, content, `<|im_end|>`, a new line, as the templates of the
/// Qwen families do (qwen3-vl spec 8). One for each prompt: it counts the pictures.
class ChatMl {
public:
    explicit ChatMl(const ChatOptions& options, ChatMlStyle style = {}) : m_options(options), m_style(style) {}

    void open(std::string_view role);
    void close() { fixed("<|im_end|>\n"); }
    void fixed(std::string_view text) { m_writer.fixed(text); }
    void given(std::string_view text) { m_writer.given(text); }
    /// The beginning of the answer, with `more` after its first line.
    void openAnswer(std::string_view more = {});
    /// All parts of a message, trimmed where the style says so.
    void content(const Message& message);
    /// A whole turn.
    void turn(std::string_view role, const Message& message);
    /// The message `index` of the role "tool": results of consecutive calls share one turn of the user.
    void toolResult(std::span<const Message> messages, std::size_t index);
    /// One tool a line between `intro` and `outro`.
    void toolList(std::string_view intro, const nlohmann::ordered_json& tools, std::string_view outro);
    /// Calls as JSON in `<tool_call>`; the first is put on a new line when there is text before it.
    void jsonCalls(const Message& message, bool afterText);
    std::vector<PromptPiece> take() { return m_writer.take(); }

private:
    std::string imageText();

    ChatOptions m_options;
    ChatMlStyle m_style;
    int m_images = 0;
    PromptWriter m_writer;
};

/// The text parts of a message, joined.
std::string textOf(const Message& message);

/// `text` without what Python takes for white space at its ends.
std::string_view pythonTrimmed(std::string_view text);

std::string withoutNewLinesAtStart(std::string_view text);
/// Without them at both ends.
std::string withoutNewLines(std::string_view text);

/// A call of a tool: `{"function": {...}}`, or what stands there by itself. Throws Error(BadInput) for what has no name
/// or no arguments.
const nlohmann::ordered_json& functionOf(const nlohmann::ordered_json& call);

/// Throws Error(BadInput) unless `tools` is a list, or null.
void checkTools(const nlohmann::ordered_json& tools);

/// Throws Error(BadInput) that names the message `index` and its role.
[[noreturn]] void refuseRole(std::span<const Message> messages, std::size_t index);

/// The last message of the user that is more than results of tools: thoughts before it are not repeated.
std::optional<std::size_t> lastQuestion(std::span<const Message> messages);

/// What an assistant thought, and what it said.
struct Thought {
    std::string thought, answer;
};
/// `Message::reasoning` and `text`; without the former, what stands in `<think>` at the start of the text and the rest.
Thought splitThought(const Message& message, std::string_view text);

/// The special tokens with which these models mark places in an answer (qwen3-vl spec 8.5).
std::vector<std::string_view> qwenPlaceTokens();

} // namespace prunescope::model
