#include "model/datasets/conversation_line.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/conversation_turns.h"
#include "model/datasets/object_marks.h"
#include "model/datasets/record_fields.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// Fields that say something which is not done here. Some are lists that tools leave empty.
constexpr std::array kRefused{"tools",
                              "functions",
                              "videos",
                              "video",
                              "audios",
                              "audio",
                              "chosen",
                              "rejected",
                              "kto_tag",
                              "rejected_response",
                              "rejected_images",
                              "rejected_messages",
                              "positive_messages",
                              "channel",
                              "negative_messages"};
constexpr std::array<std::string_view, 10> kUsed{"conversations", "messages", "system", "query",  "response",
                                                 "history",       "objects",  "input",  "output", "instruction"};
/// Marks of what is no picture.
constexpr std::array kOtherMarks{"<video>", "<audio>", "<img>"};

class ConversationReader {
public:
    ConversationReader(const JsonFields& fields, const SizeOfPicture& sizeOf) : m_fields(fields), m_sizeOf(sizeOf) {}

    QuestionLine read() {
        refuseMeant();
        m_turns = readTurns(m_fields);
        m_line.remarks = std::move(m_turns.remarks);
        findPictures();
        placePictures();
        ObjectMarks objects(m_fields, m_line.images, m_sizeOf);
        for (std::size_t i = 0; i < m_turns.turns.size(); i += 2)
            addQuestion(m_turns.turns[i], m_turns.turns[i + 1], objects);
        objects.requireAllUsed();
        keepFields();
        if (m_line.questions.size() > 1)
            m_line.remarks.emplace_back("a conversation of several questions, each asked by itself");
        return std::move(m_line);
    }

private:
    void refuseMeant() const {
        for (const char* name : kRefused)
            if (m_fields.has(name) && saysSomething(m_fields.json().at(name)))
                m_fields.fail(name, "nothing: it is not read");
        if (m_fields.has("label") && m_fields.json().at("label").is_boolean())
            m_fields.fail("label", "nothing: answers that are not to be learned are not read");
    }

    /// Those of the object and those of its parts, which may be the same.
    void findPictures() {
        m_line.images = picturesOf(m_fields);
        m_line.pictureField = pictureFieldOf(m_fields);
        const std::vector<std::string>& inParts = m_turns.images;
        if (!inParts.empty() && !m_line.images.empty() && m_line.images != inParts)
            m_fields.fail(m_fields.has("image") ? "image" : "images", "the pictures of the parts, or none");
        if (m_line.images.empty())
            m_line.images = inParts;
        if (m_line.images.empty())
            m_fields.fail("image", "the path of a picture");
    }

    static std::size_t marksIn(const std::string& text) {
        std::size_t count = 0;
        for (std::size_t at = text.find(kPictureMark); at != std::string::npos;
             at = text.find(kPictureMark, at + kPictureMark.size()))
            ++count;
        return count;
    }

    /// Pictures come first. Where several stand within the words, the words keep their places by number.
    void placePictures() {
        for (std::size_t i = 0; i < m_turns.turns.size(); ++i) {
            const Turn& turn = m_turns.turns[i];
            for (const char* mark : kOtherMarks)
                if (turn.text.find(mark) != std::string::npos)
                    throw Error(ErrorKind::BadFile, turn.where + " has " + mark + ", which is not read");
            if (i > 0 && marksIn(turn.text) > 0)
                throw Error(ErrorKind::BadFile,
                            turn.where + " has an <image>, expected pictures in the first question alone");
        }
        Turn& first = m_turns.turns.front();
        const std::size_t marks = marksIn(first.text);
        if (marks != 0 && marks != m_line.images.size())
            throw Error(ErrorKind::BadFile,
                        first.where + " has " + formatCounted(static_cast<std::int64_t>(marks), "<image>") +
                            ", expected " + std::to_string(m_line.images.size()) + " as there are pictures");
        first.text = withoutMarks(first.text, marks);
        if (first.text.empty())
            throw Error(ErrorKind::BadFile, first.where + " is \"<image>\" alone, expected a text that is not empty");
    }

    static std::string withoutMarks(std::string text, std::size_t marks) {
        const auto beginsWithMark = [&] { return trimmed(text).starts_with(kPictureMark); };
        std::size_t number = 0;
        for (; number < marks && (marks == 1 || beginsWithMark()); ++number)
            text.erase(text.find(kPictureMark), kPictureMark.size());
        if (number < marks && number > 0) // some stand first, which their number says as well
            for (std::size_t i = number; i > 0; --i)
                text.insert(0, "<image " + std::to_string(i) + ">");
        for (; number < marks; ++number)
            text.replace(text.find(kPictureMark), kPictureMark.size(), "<image " + std::to_string(number + 1) + ">");
        return std::string(trimmed(text));
    }

    void addQuestion(const Turn& asks, const Turn& answers, ObjectMarks& objects) {
        AskedQuestion asked;
        asked.task = kChatTask;
        asked.system = m_turns.system;
        asked.question = std::string(trimmed(objects.replaced(asks.text, asks.where)));
        asked.answer = std::string(trimmed(objects.replaced(answers.text, answers.where)));
        for (const auto& [text, turn] : {std::pair(&asked.question, &asks), std::pair(&asked.answer, &answers)})
            if (text->empty())
                throw Error(ErrorKind::BadFile, turn->where + " has no words, expected a text that is not empty");
        if (objects.lastBoxes().size() == 1) {
            asked.task = kLocateTask;
            asked.box = objects.lastBoxes().front();
        }
        m_line.questions.push_back(std::move(asked));
    }

    void keepFields() {
        QuestionFields kept;
        keepRest(m_fields, kUsed, kept, m_line.remarks);
        for (AskedQuestion& asked : m_line.questions) {
            asked.fields = kept;
            asked.id = idOf(m_fields);
        }
    }

    const JsonFields& m_fields;
    const SizeOfPicture& m_sizeOf;
    Turns m_turns;
    QuestionLine m_line;
};

} // namespace

bool isConversation(const JsonFields& fields) {
    return hasTurns(fields);
}

QuestionLine readConversation(const JsonFields& fields, const SizeOfPicture& sizeOf) {
    return ConversationReader(fields, sizeOf).read();
}

} // namespace prunescope::model
