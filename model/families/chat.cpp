#include "model/families/chat.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>

namespace prunescope::model {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kWord = "tryout"; // a text that no template writes by itself

Message messageOf(std::string role, std::string text) {
    return {std::move(role), {Part::ofText(std::move(text))}};
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

ordered_json partsOf(const Message& message) {
    ordered_json parts = ordered_json::array();
    for (const Part& part : message.parts)
        parts.push_back(part.kind == Part::Kind::Image ? ordered_json{{"type", "image"}}
                                                       : ordered_json{{"type", "text"}, {"text", part.text}});
    return parts;
}

ordered_json textOf(const Message& message) {
    std::string text;
    for (const Part& part : message.parts)
        text += part.text;
    return text;
}

std::size_t picturesIn(const std::vector<Message>& messages) {
    std::size_t pictures = 0;
    for (const Message& message : messages)
        pictures += static_cast<std::size_t>(std::ranges::count(message.parts, Part::Kind::Image, &Part::kind));
    return pictures;
}

/// As the conversation's members are called in templates.
ordered_json jsonOf(const Message& message, bool takesParts) {
    const bool hasPictures = std::ranges::count(message.parts, Part::Kind::Image, &Part::kind) > 0;
    ordered_json json{{"role", message.role}};
    json["content"] = takesParts || hasPictures ? partsOf(message) : textOf(message);
    if (!message.toolCalls.empty())
        json["tool_calls"] = message.toolCalls;
    if (!message.reasoning.empty())
        json["reasoning_content"] = message.reasoning;
    return json;
}

std::vector<PromptPiece> piecesOf(const std::vector<jinja::MarkedPiece>& marked) {
    std::vector<PromptPiece> pieces;
    for (const jinja::MarkedPiece& piece : marked)
        pieces.push_back({piece.text, piece.fromTemplate});
    return pieces;
}

/// The pads that the template itself wrote.
std::size_t padsIn(const std::vector<PromptPiece>& pieces, std::string_view pad) {
    std::size_t pads = 0;
    for (const PromptPiece& piece : pieces)
        pads += piece.fromTemplate ? count(piece.text, pad) : 0;
    return pads;
}

/// `whole` with what it has behind `before` as a piece of its own that opens the answer; nothing where it does not
/// begin with that.
std::optional<std::vector<PromptPiece>> split(const std::vector<PromptPiece>& before,
                                              const std::vector<PromptPiece>& whole) {
    const std::string closed = joined(before), all = joined(whole);
    if (!all.starts_with(closed) || all.size() == closed.size() || whole.size() < before.size())
        return std::nullopt;
    // What opens an answer is the template's: the end of the last piece, or a piece of its own behind all others.
    const std::string opening = all.substr(closed.size());
    if (!whole.back().fromTemplate || whole.back().text.size() < opening.size())
        return std::nullopt;
    std::vector<PromptPiece> pieces = whole;
    pieces.back().text.resize(pieces.back().text.size() - opening.size());
    if (pieces.back().text.empty())
        pieces.pop_back();
    pieces.push_back({opening, true, true});
    return pieces;
}

/// A conversation that has a word in a message of `role`.
std::vector<Message> tryoutOf(std::string_view role) {
    const Message word = messageOf(std::string(role), std::string(kWord));
    if (role == "user")
        return {word};
    if (role == "system")
        return {word, messageOf("user", "a")};
    if (role == "assistant")
        return {messageOf("user", "a"), word, messageOf("user", "b")};
    return {messageOf("user", "a"), messageOf("assistant", "b"), word};
}

/// Whether the word came out as itself: content in a form that a template does not expect is left out, or printed with
/// all its brackets.
bool isGood(const std::string& text) {
    return count(text, kWord) == 1 && text.find("'type'") == std::string::npos &&
           text.find("\"type\"") == std::string::npos;
}

} // namespace

bool opensThought(const std::vector<PromptPiece>& prompt) {
    if (prompt.empty() || !prompt.back().fromTemplate)
        return false;
    const std::string& text = prompt.back().text;
    const std::size_t opened = text.rfind("<think>");
    return opened != std::string::npos && text.find("</think>", opened) == std::string::npos;
}

Chat::Chat(const FamilyEntry& family, const ModelTexts& texts)
    : m_family(family), m_specialTokens(texts.specialTokens) {
    for (const ChatTemplateText& text : texts.templates) {
        std::optional<Own>* slot = text.name == "default" ? &m_own : text.name == "tool_use" ? &m_forTools : nullptr;
        if (!slot || *slot)
            continue;
        *slot = tryOut(text);
        if (*slot && slot == &m_own)
            m_source = text.where;
    }
    findThinking();
}

std::optional<Chat::Own> Chat::tryOut(const ChatTemplateText& text) {
    try {
        Own own{jinja::Template::parse(text.text, text.where), {}};
        for (const char* role : {"user", "system", "assistant", "tool"})
            for (const bool parts : {true, false}) {
                // A list is what pictures need; other roles are written as texts where that works.
                const bool asParts = std::string_view(role) == "user" ? parts : !parts;
                own.takesParts[role] = asParts;
                try {
                    if (isGood(jinja::joined(run(own, tryoutOf(role), ordered_json::array(), {}, true))))
                        break;
                } catch (const Error&) { // a role that it refuses, in this form
                }
                own.takesParts[role] = std::string_view(role) == "user"; // neither: left to the conversation
            }
        const std::vector<Message> pictures{
            {"user", {Part::ofImage(), Part::ofText("a"), Part::ofImage(), Part::ofText("b")}}};
        const auto pieces = piecesOf(run(own, pictures, ordered_json::array(), {}, true));
        if (const std::size_t pads = padsIn(pieces, m_family.marks.pad); pads != 2)
            m_notes.push_back(text.where + ": writes " + std::to_string(pads) + " of two pictures as " +
                              std::string(m_family.marks.pad) + "; the chat template of the model's family is used");
        else
            return own;
    } catch (const Error& error) {
        m_notes.push_back(std::string(error.what()) + "; the chat template of the model's family is used");
    }
    return std::nullopt;
}

void Chat::findThinking() {
    if (!m_own) {
        m_thinking = m_family.thinkingIsOptional ? Thinking::Optional : Thinking::Never;
        return;
    }
    const std::vector<Message> question{messageOf("user", "a")};
    m_thinking = Thinking::Optional; // so that it is told to the template
    try {
        ChatOptions on, off;
        on.thinking = true;
        const auto answering = render(question, ordered_json::array(), off);
        if (!m_own->code.uses("enable_thinking") ||
            joined(render(question, ordered_json::array(), on)) == joined(answering))
            m_thinking = opensThought(answering) ? Thinking::Always : Thinking::Never;
    } catch (const Error&) {
        m_thinking = Thinking::Never;
    }
}

const Chat::Own* Chat::chosen(const ordered_json& tools) const {
    if (m_forTools && tools.is_array() && !tools.empty())
        return &*m_forTools;
    return m_own ? &*m_own : nullptr;
}

std::vector<jinja::MarkedPiece> Chat::run(const Own& own, const std::vector<Message>& messages,
                                          const ordered_json& tools, const ChatOptions& options, bool opens) const {
    jinja::Context context;
    context.variables = m_specialTokens.is_object() ? m_specialTokens : ordered_json::object();
    ordered_json list = ordered_json::array();
    for (const Message& message : messages) {
        const auto takes = own.takesParts.find(message.role);
        list.push_back(jsonOf(message, takes != own.takesParts.end() && takes->second));
    }
    context.variables["messages"] = std::move(list);
    context.variables["tools"] = tools.is_array() && !tools.empty() ? tools : ordered_json();
    context.variables["documents"] = nullptr;
    context.variables["add_generation_prompt"] = opens;
    if (options.addVisionId)
        context.variables["add_vision_id"] = true;
    if (m_thinking == Thinking::Optional)
        context.variables["enable_thinking"] = options.thinking;
    return own.code.render(context);
}

std::vector<PromptPiece> Chat::render(const std::vector<Message>& messages, const ordered_json& tools,
                                      const ChatOptions& options) const {
    const Own* own = chosen(tools);
    if (!own) {
        ChatOptions possible = options;
        possible.thinking = options.thinking && m_thinking == Thinking::Optional;
        return m_family.renderChat(messages, tools, possible);
    }
    if (!tools.is_array() && !tools.is_null())
        throw Error(ErrorKind::BadInput, std::string("tools are ") + tools.type_name() + ", expected an array");
    std::vector<PromptPiece> pieces = piecesOf(run(*own, messages, tools, options, options.generationPrompt));
    const std::size_t pictures = picturesIn(messages), pads = padsIn(pieces, m_family.marks.pad);
    if (pads != pictures)
        throw Error(ErrorKind::BadInput, "the messages have " +
                                             formatCounted(static_cast<std::int64_t>(pictures), "picture") +
                                             ", but the model's chat template writes " + std::to_string(pads) +
                                             ": it has no place for pictures there");
    if (!options.generationPrompt)
        return pieces;
    const auto opened = split(piecesOf(run(*own, messages, tools, options, false)), pieces);
    return opened.value_or(std::move(pieces));
}

} // namespace prunescope::model
