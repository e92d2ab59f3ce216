#include "core/base/error.h"
#include "model/families/config_checks.h"
#include "model/families/config_parts.h"
#include "model/families/family.h"
#include "model/families/qwen3_vision.h"
#include "model/families/qwen3_vl_gguf.h"
#include "model/families/qwen_chat.h"

namespace prunescope::model {

namespace {

constexpr std::string_view kToolsIntro =
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n<tools>";
constexpr std::string_view kToolsOutro =
    "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
    "<tool_call></tool_call> XML tags:\n<tool_call>\n"
    "{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>";

LanguageConfig languageOf(const JsonFields& fields) {
    LanguageConfig text;
    if (fields.boolean("attention_bias", false))
        fields.refuse("attention_bias", "false");
    readLanguageSizes(fields, text);
    readGridRotary(fields, text);
    const std::int64_t sections = text.ropeSections[0] + text.ropeSections[1] + text.ropeSections[2];
    if (2 * sections != text.headDim)
        fields.refuse("head_dim", std::to_string(2 * sections) + ", twice the sum of mrope_section");
    return text;
}

/// qwen3-vl spec 1.1, defaults as in the reference.
ModelConfig configOf(const JsonFields& fields) {
    ModelConfig config;
    readQwen3Vision(fields.object("vision_config"), config);
    const JsonFields text = fields.object("text_config");
    config.text = languageOf(text);
    requireSameWidth(fields, "vision_config.out_hidden_size", config);
    if (static_cast<std::int64_t>(config.vision.deepstackLayers.size()) > config.text.layers)
        throw Error(ErrorKind::BadFile, fields.where() + ": more deepstack_visual_indexes than text layers");
    readVisionTokens(fields, config);
    config.text.tiedHead = mayTieHead(fields, text);
    config.prefixes = qwen3Prefixes();
    return config;
}

void systemTurn(ChatMl& chat, const Message* message, const nlohmann::ordered_json& tools) {
    if (!message && tools.empty())
        return;
    chat.open("system");
    if (message)
        chat.given(textOf(*message));
    if (!tools.empty()) {
        chat.fixed(message ? "\n\n" : "");
        chat.toolList(kToolsIntro, tools, kToolsOutro);
    }
    chat.close();
}

/// The templates of the Instruct models repeat answers as they are.
void assistantTurn(ChatMl& chat, const Message& message) {
    const std::string text = textOf(message);
    chat.open("assistant");
    chat.given(text);
    chat.jsonCalls(message, !text.empty());
    chat.close();
}

/// Those of the Thinking models leave out what was thought before the last question, and show what was thought since,
/// for the last message even where that is nothing.
void thinkingTurn(ChatMl& chat, const Message& message, bool sinceQuestion, bool last) {
    auto [thought, answer] = splitThought(message, textOf(message));
    chat.open("assistant");
    if (sinceQuestion && (last || !thought.empty())) {
        chat.fixed("<think>\n");
        chat.given(withoutNewLines(thought));
        chat.fixed("\n</think>\n\n");
        answer = withoutNewLinesAtStart(answer);
    }
    chat.given(answer);
    chat.jsonCalls(message, !answer.empty());
    chat.close();
}

/// qwen3-vl spec 8.1 and 8.3. The templates differ only in what they do with thoughts, and with system messages
/// elsewhere than first: Instruct drops them, Thinking writes them.
std::vector<PromptPiece> renderChat(const std::vector<Message>& messages, const nlohmann::ordered_json& tools,
                                    const ChatOptions& options) {
    checkTools(tools);
    ChatMl chat(options);
    const bool hasSystem = !messages.empty() && messages.front().role == "system";
    systemTurn(chat, hasSystem ? &messages.front() : nullptr, tools);
    const std::size_t question = lastQuestion(messages).value_or(messages.size());
    for (std::size_t i = hasSystem ? 1 : 0; i < messages.size(); ++i) {
        const std::string& role = messages[i].role;
        if (role == "user" || (role == "system" && options.thinking))
            chat.turn(role, messages[i]);
        else if (role == "assistant" && options.thinking)
            thinkingTurn(chat, messages[i], i > question, i + 1 == messages.size());
        else if (role == "assistant")
            assistantTurn(chat, messages[i]);
        else if (role == "tool")
            chat.toolResult(messages, i);
        else if (role != "system")
            refuseRole(messages, i);
    }
    if (options.generationPrompt)
        chat.openAnswer(options.thinking ? "<think>\n" : "");
    return chat.take();
}

constexpr std::string_view k2b = R"({"model_type": "qwen3_vl", "tie_word_embeddings": true,
    "image_token_id": 151655, "vision_start_token_id": 151652, "vision_end_token_id": 151653,
    "text_config": {"vocab_size": 151936, "hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 28,
        "num_attention_heads": 16, "num_key_value_heads": 8, "eos_token_id": [151645, 151643]},
    "vision_config": {"depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "out_hidden_size": 2048,
        "deepstack_visual_indexes": [5, 11, 17]}})";
constexpr std::string_view k4b = R"({"model_type": "qwen3_vl", "tie_word_embeddings": true,
    "image_token_id": 151655, "vision_start_token_id": 151652, "vision_end_token_id": 151653,
    "text_config": {"vocab_size": 151936, "hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36,
        "num_attention_heads": 32, "num_key_value_heads": 8, "eos_token_id": [151645, 151643]},
    "vision_config": {"depth": 24, "hidden_size": 1024, "intermediate_size": 4096, "out_hidden_size": 2560,
        "deepstack_visual_indexes": [5, 11, 17]}})";
constexpr std::string_view k8b = R"({"model_type": "qwen3_vl", "tie_word_embeddings": false,
    "image_token_id": 151655, "vision_start_token_id": 151652, "vision_end_token_id": 151653,
    "text_config": {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36,
        "num_attention_heads": 32, "num_key_value_heads": 8, "eos_token_id": [151645, 151643]},
    "vision_config": {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "out_hidden_size": 4096,
        "deepstack_visual_indexes": [8, 16, 24]}})";
/// Nobody published this one: for measurements that should take no time.
constexpr std::string_view kTiny = R"({"model_type": "qwen3_vl", "tie_word_embeddings": true,
    "image_token_id": 151655, "vision_start_token_id": 151652, "vision_end_token_id": 151653,
    "text_config": {"vocab_size": 151936, "hidden_size": 256, "intermediate_size": 768, "num_hidden_layers": 4,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 64, "eos_token_id": [151645, 151643],
        "rope_scaling": {"mrope_section": [12, 10, 10]}},
    "vision_config": {"depth": 4, "hidden_size": 192, "intermediate_size": 768, "num_heads": 3,
        "out_hidden_size": 256, "deepstack_visual_indexes": [1, 2, 3]}})";

void completeNew(nlohmann::json& config) {
    completeConfig(config, "qwen3_vl", "Qwen3VLForConditionalGeneration");
}

} // namespace

FamilyEntry qwen3VlFamily() {
    return {.modelType = "qwen3_vl",
            .configOf = configOf,
            .imagesOf = readQwen3Images,
            .renderChat = renderChat,
            .marks = {"<|image_pad|>", "<|vision_start|>", "<|vision_end|>"},
            .endTokens = {"<|im_end|>", "<|endoftext|>"},
            .chatTokens = {"<|im_start|>", "<|im_end|>"},
            .shapes = {{"qwen3-vl-2b", k2b}, {"qwen3-vl-4b", k4b}, {"qwen3-vl-8b", k8b}, {"tiny", kTiny}},
            .completeNew = completeNew,
            .shownTokens = qwenPlaceTokens(),
            .gguf = qwen3VlGguf()};
}

} // namespace prunescope::model
