#include "model/datasets/conversation_turns.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/record_fields.h"

#include <algorithm>
#include <array>
#include <span>

namespace prunescope::model {

namespace {

enum class Role { System, Asks, Answers, None };

Role roleOf(const std::string& name) {
    if (name == "system")
        return Role::System;
    if (name == "human" || name == "user")
        return Role::Asks;
    return name == "gpt" || name == "assistant" ? Role::Answers : Role::None;
}

/// The first of `names` that an object has, or the first.
const char* present(const JsonFields& fields, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (fields.has(name))
            return name;
    return *names.begin();
}

/// What a turn or part may say besides, and what is meant to be done with it is not done here.
void refuseMeant(const JsonFields& fields) {
    for (const char* name : {"tool_calls", "function_call", "reasoning_content", "refusal"})
        if (fields.has(name) && saysSomething(fields.json().at(name)))
            fields.fail(name, "nothing: it is not read");
    for (const char* name : {"loss", "weight"}) {
        const nlohmann::json value = fields.has(name) ? fields.json().at(name) : nlohmann::json(true);
        if (value == false || value == 0)
            fields.fail(name, "true: answers that are not to be learned are not read");
    }
}

class TurnReader {
public:
    explicit TurnReader(const JsonFields& fields) : m_fields(fields) {}

    Turns read() {
        if (m_fields.has("system"))
            m_turns.system = m_fields.text("system");
        for (const char* list : {"conversations", "messages"})
            if (m_fields.has(list)) {
                readList(list);
                return std::move(m_turns);
            }
        const bool isQuery = m_fields.has("query");
        readHistory();
        readPair(isQuery ? "query" : "instruction", isQuery ? "response" : "output");
        return std::move(m_turns);
    }

private:
    void readList(const char* list) {
        const nlohmann::json& turns = m_fields.json().at(list);
        constexpr const char* kExpected = "a list of questions, each with its answer after it";
        if (!turns.is_array() || turns.empty())
            m_fields.fail(list, kExpected);
        for (std::size_t i = 0; i < turns.size(); ++i)
            readTurn(JsonFields(turns[i], m_fields.where(), std::string(list) + "[" + std::to_string(i) + "]."), i);
        if (m_turns.turns.empty() || m_turns.turns.size() % 2 != 0)
            throw Error(ErrorKind::BadFile, m_fields.where() + ": " + list + "[" + std::to_string(turns.size() - 1) +
                                                "] has no answer after it, expected " + kExpected);
    }

    void readTurn(const JsonFields& fields, std::size_t index) {
        const char* role = present(fields, {"from", "role"});
        const char* text = present(fields, {"value", "content"});
        const Role found = roleOf(fields.text(role));
        refuseMeant(fields);
        if (found == Role::System && index == 0) {
            takeSystem(fields, text);
            return;
        }
        const bool asks = m_turns.turns.size() % 2 == 0;
        if (found != (asks ? Role::Asks : Role::Answers))
            fields.fail(role, asks ? "\"human\" or \"user\"" : "\"gpt\" or \"assistant\"");
        addTurn(fields, text, words(fields, text));
    }

    void takeSystem(const JsonFields& fields, const char* text) {
        std::string system = words(fields, text);
        if (!m_turns.system.empty() && m_turns.system != system)
            fields.fail(text, "no other system text than that of the field \"system\"");
        m_turns.system = std::move(system);
    }

    void addTurn(const JsonFields& fields, const char* name, std::string text) {
        if (trimmed(text).empty())
            fields.fail(name, "a text that is not empty");
        m_turns.turns.push_back({std::move(text), fields.where() + ": " + fields.prefix() + name});
    }

    /// [["question", "answer"], ...] before the last question.
    void readHistory() {
        if (!m_fields.has("history"))
            return;
        const nlohmann::json& history = m_fields.json().at("history");
        const auto isPair = [](const nlohmann::json& turn) {
            return turn.is_array() && turn.size() == 2 && turn[0].is_string() && turn[1].is_string();
        };
        if (!history.is_array() || !std::ranges::all_of(history, isPair))
            m_fields.fail("history", "a list of [question, answer]");
        for (const nlohmann::json& pair : history)
            for (const nlohmann::json& text : pair)
                addTurn(m_fields, "history", text.get<std::string>());
    }

    void readPair(const char* asks, const char* answers) {
        std::string question = m_fields.text(asks);
        if (m_fields.has("input") && !m_fields.text("input").empty())
            question += "\n" + m_fields.text("input");
        addTurn(m_fields, asks, std::move(question));
        addTurn(m_fields, answers, m_fields.text(answers));
    }

    std::string words(const JsonFields& fields, const char* name) {
        const auto found = fields.json().find(name);
        if (found == fields.json().end() || !found->is_array())
            return fields.text(name);
        std::string text;
        for (std::size_t i = 0; i < found->size(); ++i)
            text += partText(
                JsonFields((*found)[i], fields.where(), fields.prefix() + name + "[" + std::to_string(i) + "]."));
        return text;
    }

    std::string partText(const JsonFields& part) {
        const std::string type = part.text("type", part.has("text") ? "text" : part.has("image") ? "image" : "");
        if (type == "text" || type == "input_text" || type == "output_text")
            return part.text("text");
        if (type != "image" && type != "image_url" && type != "input_image")
            part.fail("type", "\"text\", \"image\" or \"image_url\"");
        for (const char* name : {"image", "image_url", "path", "url"})
            if (part.has(name)) {
                m_turns.images.push_back(pictureOf(part, name, part.json().at(name)));
                break;
            }
        remarkOptions(part);
        return std::string(kPictureMark);
    }

    /// How large a picture is to be shown is for the one who asks to say.
    void remarkOptions(const JsonFields& part) {
        static constexpr std::array<std::string_view, 5> kUsed{"type", "image", "image_url", "path", "url"};
        QuestionFields ignored;
        keepRest(part, kUsed, ignored, m_turns.remarks);
    }

    const JsonFields& m_fields;
    Turns m_turns;
};

} // namespace

bool hasTurns(const JsonFields& fields) {
    return fields.has("conversations") || fields.has("messages") || (fields.has("query") && fields.has("response")) ||
           (fields.has("instruction") && fields.has("output"));
}

Turns readTurns(const JsonFields& fields) {
    return TurnReader(fields).read();
}

} // namespace prunescope::model
