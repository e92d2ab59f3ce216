#include "model/tokenizer/chat_template.h"

#include "core/base/error.h"
#include "model/tokenizer/python_json.h"

#include <string_view>

namespace prunescope::model {

namespace {

constexpr std::string_view kToolsIntro =
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n<tools>";
constexpr std::string_view kToolsOutro =
    "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
    "<tool_call></tool_call> XML tags:\n<tool_call>\n"
    "{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>";

/// Writes turns one after another; the rules are those of qwen3-vl spec 8.1 and 8.3.
class ChatRenderer {
public:
    explicit ChatRenderer(const ChatOptions& options) : m_options(options) {}

    void system(const Message* message, const nlohmann::ordered_json& tools) {
        if (!message && tools.empty())
            return;
        fixed("<|im_start|>system\n");
        if (message)
            textOf(*message);
        if (!tools.empty()) {
            fixed(message ? "\n\n" : "");
            toolList(tools);
        }
        fixed("<|im_end|>\n");
    }

    void user(const Message& message) {
        fixed("<|im_start|>user\n");
        contentOf(message);
        fixed("<|im_end|>\n");
    }

    void assistant(const Message& message) {
        fixed("<|im_start|>assistant\n");
        bool first = !textOf(message);
        for (const auto& call : message.toolCalls) {
            fixed(first ? "<tool_call>\n" : "\n<tool_call>\n");
            toolCall(call);
            fixed("\n</tool_call>");
            first = false;
        }
        fixed("<|im_end|>\n");
    }

    /// Results of consecutive calls share one turn of the user.
    void tool(const Message& message, bool opensTurn, bool closesTurn) {
        fixed(opensTurn ? "<|im_start|>user\n<tool_response>\n" : "\n<tool_response>\n");
        contentOf(message);
        fixed(closesTurn ? "\n</tool_response><|im_end|>\n" : "\n</tool_response>");
    }

    void openAnswer() { fixed("<|im_start|>assistant\n"); }

    std::vector<PromptPiece> take() { return std::move(m_pieces); }

private:
    void write(std::string_view text, bool fromTemplate) {
        if (text.empty())
            return;
        if (m_pieces.empty() || m_pieces.back().fromTemplate != fromTemplate)
            m_pieces.push_back({{}, fromTemplate});
        m_pieces.back().text += text;
    }
    void fixed(std::string_view text) { write(text, true); }
    void given(std::string_view text) { write(text, false); }

    /// The text parts; false when there is no text in them.
    bool textOf(const Message& message) {
        bool any = false;
        for (const Part& part : message.parts)
            if (part.kind == Part::Kind::Text) {
                given(part.text);
                any = any || !part.text.empty();
            }
        return any;
    }

    void contentOf(const Message& message) {
        for (const Part& part : message.parts)
            if (part.kind == Part::Kind::Image)
                image();
            else
                given(part.text);
    }

    void image() {
        ++m_images;
        if (m_options.addVisionId)
            fixed("Picture " + std::to_string(m_images) + ": ");
        fixed("<|vision_start|><|image_pad|><|vision_end|>");
    }

    void toolList(const nlohmann::ordered_json& tools) {
        fixed(kToolsIntro);
        for (const auto& tool : tools) {
            fixed("\n");
            given(pythonJson(tool));
        }
        fixed(kToolsOutro);
    }

    /// `{"function": {...}}`, or what stands there by itself.
    void toolCall(const nlohmann::ordered_json& call) {
        const auto& function = call.is_object() && call.contains("function") ? call["function"] : call;
        if (!function.is_object() || !function.contains("name") || !function["name"].is_string() ||
            !function.contains("arguments"))
            throw Error(ErrorKind::BadInput, "tool call is " + pythonJson(call) + ", expected name and arguments");
        const auto& arguments = function["arguments"];
        fixed("{\"name\": \"");
        given(function["name"].get<std::string>());
        fixed("\", \"arguments\": ");
        given(arguments.is_string() ? arguments.get<std::string>() : pythonJson(arguments));
        fixed("}");
    }

    ChatOptions m_options;
    int m_images = 0;
    std::vector<PromptPiece> m_pieces;
};

void checkTools(const nlohmann::ordered_json& tools) {
    if (!tools.is_array() && !tools.is_null())
        throw Error(ErrorKind::BadInput, "tools are " + pythonJson(tools) + ", expected an array");
}

} // namespace

std::vector<PromptPiece> renderChat(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                    const ChatOptions& options) {
    checkTools(tools);
    ChatRenderer renderer(options);
    const auto roleAt = [&](std::size_t i) { return i < messages.size() ? messages[i].role : std::string(); };
    renderer.system(roleAt(0) == "system" ? &messages.front() : nullptr, tools);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string& role = messages[i].role;
        if (role == "user")
            renderer.user(messages[i]);
        else if (role == "assistant")
            renderer.assistant(messages[i]);
        else if (role == "tool")
            renderer.tool(messages[i], i == 0 || roleAt(i - 1) != "tool", roleAt(i + 1) != "tool");
        else if (role != "system") // a system message elsewhere than first is dropped, as the template does
            throw Error(ErrorKind::BadInput, "message " + std::to_string(i + 1) + " has the role '" + role +
                                                 "', expected system, user, assistant or tool");
    }
    if (options.generationPrompt)
        renderer.openAnswer();
    return renderer.take();
}

std::string joined(const std::vector<PromptPiece>& pieces) {
    std::string text;
    for (const PromptPiece& piece : pieces)
        text += piece.text;
    return text;
}

} // namespace prunescope::model
