#include "model/datasets/conversation_line.h"

#include "core/base/format.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace prunescope::model {

namespace {

constexpr std::string_view kPictureMark = "<image>";

/// How one of the two forms calls its parts.
struct Form {
    const char* list;
    const char* role;
    const char* text;
    std::string_view asks;
    std::string_view answers;
};
constexpr std::array kForms{Form{"conversations", "from", "value", "human", "gpt"},
                            Form{"messages", "role", "content", "user", "assistant"}};

const Form* formOf(const JsonFields& fields) {
    for (const Form& form : kForms)
        if (fields.has(form.list))
            return &form;
    return nullptr;
}

class ConversationReader {
public:
    ConversationReader(const JsonFields& fields, const Form& form) : m_fields(fields), m_form(form) {}

    QuestionLine read() {
        for (const char* name : {"image", "images"})
            if (m_fields.has(name))
                readPictures(name);
        const nlohmann::json& turns = m_fields.json().at(m_form.list);
        if (!turns.is_array() || turns.empty() || turns.size() % 2 != 0)
            m_fields.fail(m_form.list, "a list of questions, each with its answer after it");
        for (std::size_t i = 0; i < turns.size(); i += 2) {
            std::string question = readTurn(turns[i], i, m_form.asks);
            m_line.questions.push_back(
                {kChatTask, std::move(question), readTurn(turns[i + 1], i + 1, m_form.answers), {}});
        }
        if (m_line.image.empty())
            m_fields.fail("image", "the path of a picture");
        return std::move(m_line);
    }

private:
    void readPictures(const char* name) {
        const nlohmann::json& found = m_fields.json().at(name);
        const bool isList = found.is_array() && found.size() == 1;
        const nlohmann::json& path = isList ? found.front() : found;
        if (!path.is_string() || path.get_ref<const std::string&>().empty())
            m_fields.fail(name, "the path of one picture");
        takePicture(m_fields, name, path.get<std::string>());
    }

    void takePicture(const JsonFields& fields, const char* name, std::string path) {
        if (path.empty() || (!m_line.image.empty() && m_line.image != path))
            fields.fail(name, "the path of the only picture");
        m_line.image = std::move(path);
    }

    std::string readTurn(const nlohmann::json& turn, std::size_t index, std::string_view role) {
        const std::string prefix = std::string(m_form.list) + "[" + std::to_string(index) + "].";
        const JsonFields fields(turn, m_fields.where(), prefix);
        if (fields.text(m_form.role) != role)
            fields.fail(m_form.role, inQuotes(role));
        std::string text = withoutMark(fields);
        if (text.empty())
            fields.fail(m_form.text, "a text that is not empty");
        return text;
    }

    /// The words of a turn. The mark of the picture says where it stands among them: here it always comes first.
    std::string withoutMark(const JsonFields& fields) {
        std::string text = words(fields);
        for (std::size_t at = text.find(kPictureMark); at != std::string::npos; at = text.find(kPictureMark)) {
            if (std::exchange(m_marked, true))
                fields.fail(m_form.text, "one <image> in all turns");
            text.erase(at, kPictureMark.size());
        }
        return std::string(trimmed(text));
    }

    std::string words(const JsonFields& fields) {
        const auto found = fields.json().find(m_form.text);
        if (found == fields.json().end() || !found->is_array())
            return fields.text(m_form.text);
        std::string text;
        for (const nlohmann::json& item : *found) {
            const JsonFields part(item, fields.where(), fields.prefix() + m_form.text + "[].");
            const std::string type = part.text("type");
            if (type == "text")
                text += part.text("text");
            else if (type != "image")
                part.fail("type", "\"text\" or \"image\"");
            else if (part.has("image"))
                takePicture(part, "image", part.text("image"));
        }
        return text;
    }

    const JsonFields& m_fields;
    const Form& m_form;
    QuestionLine m_line;
    bool m_marked = false;
};

} // namespace

bool isConversation(const JsonFields& fields) {
    return formOf(fields) != nullptr;
}

QuestionLine readConversation(const JsonFields& fields) {
    return ConversationReader(fields, *formOf(fields)).read();
}

} // namespace prunescope::model
