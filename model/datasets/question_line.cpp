#include "model/datasets/question_line.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "core/image/image_file.h"
#include "model/datasets/conversation_line.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope::model {

namespace {

std::string filledText(const JsonFields& fields, const char* name) {
    std::string text = fields.text(name);
    if (trimmed(text).empty())
        fields.fail(name, "a text that is not empty");
    return text;
}

PixelRect readBox(const JsonFields& fields) {
    const auto sides = fields.integers("box", 0, kMaxPicturePixels, {});
    if (sides.size() != 4 || sides[2] == 0 || sides[3] == 0)
        fields.fail("box", "[x, y, width, height] in pixels");
    return {static_cast<int>(sides[0]), static_cast<int>(sides[1]), static_cast<int>(sides[2]),
            static_cast<int>(sides[3])};
}

AskedQuestion readQuestion(const JsonFields& fields) {
    AskedQuestion question{
        filledText(fields, "task"), filledText(fields, "question"), filledText(fields, "answer"), {}};
    if (fields.has("box") || question.task == kLocateTask)
        question.box = boxOf(readBox(fields));
    return question;
}

QuestionLine readOwn(const JsonFields& fields) {
    QuestionLine line{filledText(fields, "image"), {}};
    const nlohmann::json& list = fields.json().at("questions");
    if (!list.is_array() || list.empty())
        fields.fail("questions", "a list of at least one question");
    for (std::size_t i = 0; i < list.size(); ++i)
        line.questions.push_back(
            readQuestion(JsonFields(list[i], fields.where(), "questions[" + std::to_string(i) + "].")));
    return line;
}

} // namespace

QuestionLine parseQuestionLine(const std::string& line, const std::string& where) {
    const nlohmann::json object = parseJson(line, where);
    const JsonFields fields(object, where);
    if (isConversation(fields))
        return readConversation(fields);
    if (fields.has("questions"))
        return readOwn(fields);
    fields.fail("questions", "questions, conversations or messages");
}

std::string toJsonLine(const QuestionLine& line) {
    nlohmann::ordered_json object{{"image", line.image}, {"questions", nlohmann::ordered_json::array()}};
    for (const AskedQuestion& asked : line.questions) {
        nlohmann::ordered_json& question = object["questions"].emplace_back();
        question = {{"task", asked.task}, {"question", asked.question}, {"answer", asked.answer}};
        if (asked.box)
            for (const double side : sidesOf(*asked.box))
                question["box"].push_back(compactNumber(side));
    }
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::vector<NumberedQuestionLine> parseQuestionLines(std::string_view text, const std::string& file) {
    std::vector<NumberedQuestionLine> lines;
    for (std::int64_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string line(trimmed(text.substr(0, end)));
        if (!line.empty())
            lines.push_back({parseQuestionLine(line, file + ":" + std::to_string(number)), number});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (lines.empty())
        throw Error(ErrorKind::BadFile,
                    file + ": is empty, expected a JSON object with a picture and questions a line");
    return lines;
}

} // namespace prunescope::model
