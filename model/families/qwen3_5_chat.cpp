#include "model/families/qwen3_5_chat.h"

#include "core/base/error.h"
#include "model/families/qwen_chat.h"
#include "model/tokenizer/python_json.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr std::string_view kToolsIntro = "# Tools\n\nYou have access to the following functions:\n\n<tools>";
constexpr std::string_view kToolsOutro =
    "\n</tools>\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n"
    "<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n"
    "<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\nmultiple lines\n"
    "</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n"
    "- Function calls MUST follow the specified format: an inner <function=...></function> block must be nested within "
    "<tool_call></tool_call> XML tags\n"
    "- Required parameters MUST be specified\n"
    "- You may provide optional reasoning for your function call in natural language BEFORE the function call, but NOT "
    "after\n"
    "- If there is no function call available, answer the question like normal with your current knowledge and do not "
    "tell the user about function calls\n</IMPORTANT>";

/// The text of the system message comes after the tools.
void systemTurn(ChatMl& chat, const Message* message, const nlohmann::ordered_json& tools) {
    if (!message && tools.empty())
        return;
    const std::string joinedText = message ? textOf(*message) : std::string();
    const std::string_view text = pythonTrimmed(joinedText);
    chat.open("system");
    if (!tools.empty()) {
        chat.toolList(kToolsIntro, tools, kToolsOutro);
        chat.fixed(text.empty() ? "" : "\n\n");
    }
    chat.given(text);
    chat.close();
}

/// Arguments are an object, or its text as other programs hand it on.
nlohmann::ordered_json argumentsOf(const nlohmann::ordered_json& function) {
    const auto& given = function["arguments"];
    auto arguments =
        given.is_string() ? nlohmann::ordered_json::parse(given.get<std::string>(), nullptr, false) : given;
    if (!arguments.is_object())
        throw Error(ErrorKind::BadInput, "tool call is " + pythonJson(function) + ", expected an object of arguments");
    return arguments;
}

void writeCall(ChatMl& chat, const nlohmann::ordered_json& function) {
    chat.fixed("<tool_call>\n<function=");
    chat.given(function["name"].get<std::string>());
    chat.fixed(">\n");
    const nlohmann::ordered_json arguments = argumentsOf(function);
    for (const auto& [name, value] : arguments.items()) {
        chat.fixed("<parameter=");
        chat.given(name);
        chat.fixed(">\n");
        chat.given(value.is_string() ? value.get<std::string>() : pythonJson(value));
        chat.fixed("\n</parameter>\n");
    }
    chat.fixed("</function>\n</tool_call>");
}

/// Thoughts before the last question are left out; since then every message has one, if an empty one.
void assistantTurn(ChatMl& chat, const Message& message, bool sinceQuestion) {
    const std::string text = textOf(message);
    const auto [thought, answer] = splitThought(message, pythonTrimmed(text));
    chat.open("assistant");
    if (sinceQuestion) {
        chat.fixed("<think>\n");
        chat.given(pythonTrimmed(thought));
        chat.fixed("\n</think>\n\n");
    }
    chat.given(answer);
    std::string_view gap = pythonTrimmed(answer).empty() ? "" : "\n\n";
    for (const auto& call : message.toolCalls) {
        chat.fixed(gap);
        writeCall(chat, functionOf(call));
        gap = "\n";
    }
    chat.close();
}

/// A system message must be the first, and of text alone.
const Message* systemMessage(const std::vector<Message>& messages) {
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (messages[i].role == "system" && i > 0)
            throw Error(ErrorKind::BadInput,
                        "message " + std::to_string(i + 1) + " has the role 'system', expected it first alone");
    if (messages.front().role != "system")
        return nullptr;
    for (const Part& part : messages.front().parts)
        if (part.kind == Part::Kind::Image)
            throw Error(ErrorKind::BadInput, "the system message has an image, expected text alone");
    return &messages.front();
}

std::size_t questionOf(const std::vector<Message>& messages) {
    const auto question = lastQuestion(messages);
    if (!question)
        throw Error(ErrorKind::BadInput, "no message of the role 'user', expected at least one");
    return *question;
}

/// What a tool says of one of its parameters; null where it says nothing.
nlohmann::ordered_json declaredType(const nlohmann::ordered_json& tools, const std::string& name,
                                    const std::string& parameter) {
    for (const auto& tool : tools) {
        const auto& function = tool.is_object() && tool.contains("function") ? tool["function"] : tool;
        if (!function.is_object() || function.value("name", nlohmann::ordered_json()) != name)
            continue;
        const nlohmann::ordered_json::json_pointer type =
            nlohmann::ordered_json::json_pointer("/parameters/properties") / parameter / "type";
        return function.contains(type) ? function[type] : nlohmann::ordered_json();
    }
    return nullptr;
}

/// One new line at each end belongs to the tags.
std::string_view withoutOneNewLine(std::string_view value) {
    if (value.starts_with('\n'))
        value.remove_prefix(1);
    if (value.ends_with('\n'))
        value.remove_suffix(1);
    return value;
}

nlohmann::ordered_json valueOf(std::string_view written, const nlohmann::ordered_json& type) {
    const std::string text(withoutOneNewLine(written));
    auto value = type == "string" ? nlohmann::ordered_json(text) : nlohmann::ordered_json::parse(text, nullptr, false);
    return value.is_discarded() ? nlohmann::ordered_json(text) : value;
}

/// Takes `<TAG=NAME>` from the front of `text`; false when there is none.
bool takeTag(std::string_view& text, std::string_view tag, std::string& name) {
    const std::size_t begin = text.find(tag), end = text.find('>', begin);
    if (begin == std::string_view::npos || end == std::string_view::npos)
        return false;
    name = text.substr(begin + tag.size(), end - begin - tag.size());
    text.remove_prefix(end + 1);
    return true;
}

void readCall(std::string_view text, const nlohmann::ordered_json& tools, std::vector<ToolCall>& calls) {
    ToolCall call{{}, nlohmann::ordered_json::object()};
    if (!takeTag(text, "<function=", call.name) || call.name.empty())
        return;
    text = text.substr(0, text.find("</function>"));
    for (std::string parameter; takeTag(text, "<parameter=", parameter);) {
        const std::size_t end = std::min(text.find("</parameter>"), text.size());
        call.arguments[parameter] = valueOf(text.substr(0, end), declaredType(tools, call.name, parameter));
        text.remove_prefix(end);
    }
    calls.push_back(std::move(call));
}

} // namespace

std::vector<PromptPiece> renderQwen35Chat(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                          const ChatOptions& options) {
    checkTools(tools);
    const std::size_t question = questionOf(messages);
    const Message* system = systemMessage(messages);
    ChatMlStyle style;
    style.trims = true;
    ChatMl chat(options, style);
    systemTurn(chat, system, tools);
    for (std::size_t i = system ? 1 : 0; i < messages.size(); ++i) {
        const std::string& role = messages[i].role;
        if (role == "user")
            chat.turn(role, messages[i]);
        else if (role == "assistant")
            assistantTurn(chat, messages[i], i > question);
        else if (role == "tool")
            chat.toolResult(messages, i);
        else
            refuseRole(messages, i);
    }
    if (options.generationPrompt)
        chat.openAnswer(options.thinking ? "<think>\n" : "<think>\n\n</think>\n\n");
    return chat.take();
}

std::vector<ToolCall> parseQwen35Calls(std::string_view answer, const nlohmann::ordered_json& tools) {
    constexpr std::string_view kBegin = "<tool_call>";
    std::vector<ToolCall> calls;
    for (std::size_t at = answer.find(kBegin); at != std::string_view::npos; at = answer.find(kBegin)) {
        answer.remove_prefix(at + kBegin.size());
        readCall(answer.substr(0, answer.find("</tool_call>")), tools, calls);
    }
    return calls;
}

} // namespace prunescope::model
