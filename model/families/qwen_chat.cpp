#include "model/families/qwen_chat.h"

#include "core/base/error.h"
#include "model/tokenizer/python_json.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// What str.isspace() of Python holds for white space, as UTF-8.
constexpr std::array<std::string_view, 29> kSpaces{
    "\t",           "\n",           "\v",           "\f",           "\r",
    "\x1C",         "\x1D",         "\x1E",         "\x1F",         " ",
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

std::string_view trimmedStart(std::string_view text) {
    const auto starts = [&](std::string_view space) { return text.starts_with(space); };
    for (auto space = std::ranges::find_if(kSpaces, starts); space != kSpaces.end();
         space = std::ranges::find_if(kSpaces, starts))
        text.remove_prefix(space->size());
    return text;
}

std::string_view trimmedEnd(std::string_view text) {
    const auto ends = [&](std::string_view space) { return text.ends_with(space); };
    for (auto space = std::ranges::find_if(kSpaces, ends); space != kSpaces.end();
         space = std::ranges::find_if(kSpaces, ends))
        text.remove_suffix(space->size());
    return text;
}

/// Trims the whole that the pieces make: white space of a piece that becomes empty does not stop it.
void trim(std::vector<PromptPiece>& pieces) {
    for (PromptPiece& piece : pieces) {
        piece.text = trimmedStart(piece.text);
        if (!piece.text.empty())
            break;
    }
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
        piece->text = trimmedEnd(piece->text);
        if (!piece->text.empty())
            break;
    }
}

/// True for results of tools that came as a message of the user. A picture is none of them.
bool isToolResponse(const Message& message) {
    std::string text;
    for (const Part& part : message.parts)
        text += part.kind == Part::Kind::Image ? "<image>" : part.text;
    const std::string_view content = pythonTrimmed(text);
    return content.starts_with("<tool_response>") && content.ends_with("</tool_response>");
}

std::string withoutNewLinesAtEnd(std::string_view text) {
    return std::string(text.substr(0, text.find_last_not_of('\n') + 1));
}

} // namespace

void ChatMl::open(std::string_view role) {
    fixed("<|im_start|>");
    fixed(role);
    fixed("\n");
}

void ChatMl::openAnswer(std::string_view more) {
    m_writer.openAnswer("<|im_start|>assistant\n" + std::string(more));
}

std::string ChatMl::imageText() {
    ++m_images;
    return (m_options.addVisionId ? "Picture " + std::to_string(m_images) + ": " : std::string()) +
           std::string(m_style.image);
}

void ChatMl::content(const Message& message) {
    std::vector<PromptPiece> pieces;
    for (const Part& part : message.parts) {
        const bool image = part.kind == Part::Kind::Image;
        pieces.push_back({image ? imageText() : part.text, image});
    }
    if (m_style.trims)
        trim(pieces);
    for (const PromptPiece& piece : pieces)
        piece.fromTemplate ? fixed(piece.text) : given(piece.text);
}

void ChatMl::turn(std::string_view role, const Message& message) {
    open(role);
    content(message);
    close();
}

void ChatMl::toolResult(std::span<const Message> messages, std::size_t index) {
    const auto isTool = [&](std::size_t i) { return i < messages.size() && messages[i].role == "tool"; };
    fixed(index > 0 && isTool(index - 1) ? "\n<tool_response>\n" : "<|im_start|>user\n<tool_response>\n");
    content(messages[index]);
    fixed(isTool(index + 1) ? "\n</tool_response>" : "\n</tool_response><|im_end|>\n");
}

void ChatMl::toolList(std::string_view intro, const nlohmann::ordered_json& tools, std::string_view outro) {
    fixed(intro);
    for (const auto& tool : tools) {
        fixed("\n");
        given(pythonJson(tool));
    }
    fixed(outro);
}

void ChatMl::jsonCalls(const Message& message, bool afterText) {
    for (const auto& call : message.toolCalls) {
        const auto& function = functionOf(call);
        const auto& arguments = function["arguments"];
        fixed(afterText ? "\n<tool_call>\n{\"name\": \"" : "<tool_call>\n{\"name\": \"");
        given(function["name"].get<std::string>());
        fixed("\", \"arguments\": ");
        given(arguments.is_string() ? arguments.get<std::string>() : pythonJson(arguments));
        fixed("}\n</tool_call>");
        afterText = true;
    }
}

std::string textOf(const Message& message) {
    std::string text;
    for (const Part& part : message.parts)
        if (part.kind == Part::Kind::Text)
            text += part.text;
    return text;
}

std::string_view pythonTrimmed(std::string_view text) {
    return trimmedEnd(trimmedStart(text));
}

std::string withoutNewLinesAtStart(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
    return std::string(text);
}

std::string withoutNewLines(std::string_view text) {
    return withoutNewLinesAtEnd(withoutNewLinesAtStart(text));
}

const nlohmann::ordered_json& functionOf(const nlohmann::ordered_json& call) {
    const auto& function = call.is_object() && call.contains("function") ? call["function"] : call;
    if (!function.is_object() || !function.contains("name") || !function["name"].is_string() ||
        !function.contains("arguments"))
        throw Error(ErrorKind::BadInput, "tool call is " + pythonJson(call) + ", expected name and arguments");
    return function;
}

void checkTools(const nlohmann::ordered_json& tools) {
    if (!tools.is_array() && !tools.is_null())
        throw Error(ErrorKind::BadInput, "tools are " + pythonJson(tools) + ", expected an array");
}

void refuseRole(std::span<const Message> messages, std::size_t index) {
    throw Error(ErrorKind::BadInput, "message " + std::to_string(index + 1) + " has the role '" + messages[index].role +
                                         "', expected system, user, assistant or tool");
}

std::optional<std::size_t> lastQuestion(std::span<const Message> messages) {
    for (std::size_t i = messages.size(); i-- > 0;)
        if (messages[i].role == "user" && !isToolResponse(messages[i]))
            return i;
    return std::nullopt;
}

Thought splitThought(const Message& message, std::string_view text) {
    constexpr std::string_view kBegin = "<think>", kEnd = "</think>";
    if (!message.reasoning.empty() || text.find(kEnd) == std::string_view::npos)
        return {message.reasoning, std::string(text)};
    std::string thought = withoutNewLinesAtEnd(text.substr(0, text.find(kEnd)));
    if (const std::size_t begin = thought.rfind(kBegin); begin != std::string::npos)
        thought.erase(0, begin + kBegin.size());
    return {withoutNewLinesAtStart(thought), withoutNewLinesAtStart(text.substr(text.rfind(kEnd) + kEnd.size()))};
}

std::vector<std::string_view> qwenPlaceTokens() {
    return {"<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
            "<|box_end|>",          "<|quad_start|>",     "<|quad_end|>"};
}

} // namespace prunescope::model
