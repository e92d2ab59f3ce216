#include "model/datasets/question_line.h"

#include "core/base/format.h"
#include "core/image/image_file.h"
#include "model/datasets/conversation_line.h"
#include "model/datasets/place_box.h"
#include "model/datasets/place_line.h"
#include "model/datasets/record_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace prunescope::model {

namespace {

constexpr std::array<std::string_view, 1> kLineFields{"questions"};
constexpr std::array<std::string_view, 10> kQuestionFields{"task", "question", "answer", "box",    "options",
                                                           "hint", "system",   "id",     "fields", "open"};
/// Names that others give to boxes, which are corners with some of them.
constexpr std::array kOtherBoxes{"bbox", "bbox_2d", "bounding_box"};

void readAnswers(const JsonFields& fields, AskedQuestion& asked) {
    const auto found = fields.json().find("answer");
    if (found == fields.json().end() || !found->is_array()) {
        asked.answer = filledText(fields, "answer");
        return;
    }
    for (const nlohmann::json& answer : *found) {
        if (!answer.is_string() || trimmed(answer.get_ref<const std::string&>()).empty())
            fields.fail("answer", "a text that is not empty, or a list of such texts");
        (asked.answer.empty() ? asked.answer : asked.otherAnswers.emplace_back()) = answer.get<std::string>();
    }
    if (asked.answer.empty())
        fields.fail("answer", "a text that is not empty, or a list of such texts");
}

void readBox(const JsonFields& fields, const QuestionLine& line, const SizeOfPicture& sizeOf, AskedQuestion& asked) {
    for (const char* name : kOtherBoxes)
        if (!fields.has("box") && fields.has(name))
            fields.fail(name, "\"box\": [x, y, width, height] in pixels");
    if (!fields.has("box") && asked.task != kLocateTask)
        return;
    const auto found = fields.json().find("box");
    const auto isNumber = [](const nlohmann::json& side) { return side.is_number(); };
    if (found == fields.json().end() || !found->is_array() || found->size() != 4 ||
        !std::ranges::all_of(*found, isNumber))
        fields.fail("box", "[x, y, width, height] in pixels");
    asked.box = ownBox(found->get<std::vector<double>>(), sizeOf(line.images.front(), line.pictureField),
                       fields.where() + ": " + fields.prefix() + "box");
}

void readOptions(const JsonFields& fields, AskedQuestion& asked) {
    if (!fields.has("options"))
        return;
    const JsonFields options = fields.object("options");
    for (const auto& [letter, text] : options.json().items()) {
        if (letter.size() != 1 || letter[0] < 'A' || letter[0] > 'Z')
            fields.fail("options", "an object of texts by letter: {\"A\": \"red\", \"B\": \"blue\"}");
        asked.options.push_back({letter[0], options.text(letter.c_str())});
    }
    const auto isAnswer = [&](const ChoiceOption& option) { return asked.answer == std::string(1, option.letter); };
    if (std::ranges::none_of(asked.options, isAnswer))
        fields.fail("answer", "one of the letters of its options");
}

AskedQuestion readQuestion(const JsonFields& fields, const SizeOfPicture& sizeOf, QuestionLine& line) {
    AskedQuestion asked;
    asked.task = filledText(fields, "task");
    asked.question = filledText(fields, "question");
    readAnswers(fields, asked);
    readBox(fields, line, sizeOf, asked);
    readOptions(fields, asked);
    asked.hint = fields.text("hint", "");
    asked.system = fields.text("system", "");
    asked.id = idOf(fields);
    asked.open = fields.boolean("open", false);
    if (fields.has("fields"))
        for (const auto& [name, value] : fields.object("fields").json().items())
            asked.fields.emplace(name, fieldText(value));
    keepRest(fields, kQuestionFields, asked.fields, line.remarks);
    return asked;
}

QuestionLine readOwn(const JsonFields& fields, const SizeOfPicture& sizeOf) {
    QuestionLine line{picturesOf(fields), {}};
    if (line.images.empty())
        fields.fail("image", "the path of a picture");
    line.pictureField = pictureFieldOf(fields);
    const nlohmann::json& list = fields.json().at("questions");
    if (!list.is_array() || list.empty())
        fields.fail("questions", "a list of at least one question");
    QuestionFields kept;
    keepRest(fields, kLineFields, kept, line.remarks);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const JsonFields question(list[i], fields.where(), "questions[" + std::to_string(i) + "].");
        line.questions.push_back(readQuestion(question, sizeOf, line));
        line.questions.back().fields.insert(kept.begin(), kept.end());
    }
    return line;
}

/// The side that leads from one edge to the other exactly, as a box is read.
double sideBetween(double low, double high) {
    const double side = high - low;
    for (const double near : {side, std::nextafter(side, 0.0), std::nextafter(side, 2 * side + 1)})
        if (low + near == high)
            return near;
    return side;
}

nlohmann::ordered_json boxOfLine(const PixelBox& box) {
    return {compactNumber(box.left), compactNumber(box.top), compactNumber(sideBetween(box.left, box.right)),
            compactNumber(sideBetween(box.top, box.bottom))};
}

nlohmann::ordered_json answersOf(const AskedQuestion& asked) {
    if (asked.otherAnswers.empty())
        return asked.answer;
    nlohmann::ordered_json answers{asked.answer};
    for (const std::string& other : asked.otherAnswers)
        answers.push_back(other);
    return answers;
}

nlohmann::ordered_json questionOfLine(const AskedQuestion& asked) {
    nlohmann::ordered_json question{{"task", asked.task}, {"question", asked.question}, {"answer", answersOf(asked)}};
    if (asked.box)
        question["box"] = boxOfLine(*asked.box);
    for (const ChoiceOption& option : asked.options)
        question["options"][std::string(1, option.letter)] = option.text;
    for (const auto& [name, text] :
         {std::pair("hint", &asked.hint), std::pair("system", &asked.system), std::pair("id", &asked.id)})
        if (!text->empty())
            question[name] = *text;
    if (asked.open)
        question["open"] = true;
    for (const auto& [name, text] : asked.fields)
        question["fields"][name] = text;
    return question;
}

} // namespace

QuestionLine parseQuestionLine(const std::string& line, const std::string& where, const SizeOfPicture& sizeOf) {
    const nlohmann::json object = parseJson(line, where);
    const JsonFields fields(object, where);
    if (isConversation(fields))
        return readConversation(fields, sizeOf);
    if (fields.has("questions"))
        return readOwn(fields, sizeOf);
    if (isPlace(fields))
        return readPlace(fields, sizeOf);
    fields.fail("questions", "questions, conversations or messages");
}

std::string toJsonLine(const QuestionLine& line) {
    nlohmann::ordered_json object;
    if (line.images.size() == 1)
        object["image"] = line.images.front();
    else
        object["image"] = line.images;
    for (const AskedQuestion& asked : line.questions)
        object["questions"].push_back(questionOfLine(asked));
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace prunescope::model
