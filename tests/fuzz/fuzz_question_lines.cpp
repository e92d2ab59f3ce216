#include "model/datasets/json_records.h"
#include "model/datasets/question_line.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

namespace {

Size someSize(const std::string&, const std::string&) {
    return {1000, 700};
}

void readAndWrite(const std::string& text) {
    model::QuestionLine line = model::parseQuestionLine(text, "input", someSize);
    require(!line.images.empty() && !line.questions.empty(), "a line has a picture and a question");
    for (const model::AskedQuestion& asked : line.questions)
        require(!asked.question.empty() && !asked.answer.empty(), "a question has words and an answer");
    const std::string written = toJsonLine(line);
    require(written.find('\n') == std::string::npos, "a line is one line");
    line.remarks.clear();
    line.pictureField = "image";
    require(model::parseQuestionLine(written, "input", someSize) == line, "a line comes back as it was");
}

void readRecords(Input input, const char* name) {
    const auto file = model::SetFile::ofText(textOf(input), name);
    model::JsonRecords records(*file);
    for (model::RecordPlace record; records.next(record);)
        mayFail([&] { readAndWrite(model::textOf(*file, record)); });
}

} // namespace

void fuzzQuestionLines(Input input) {
    mayFail([&] { readRecords(input, "input.jsonl"); });
    mayFail([&] { readRecords(input, "input.json"); });
}

} // namespace prunescope::fuzz
