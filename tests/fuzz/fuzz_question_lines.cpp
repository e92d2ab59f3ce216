#include "model/datasets/question_line.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

void fuzzQuestionLines(Input input) {
    mayFail([&] {
        for (const model::NumberedQuestionLine& read : model::parseQuestionLines(textOf(input), "input")) {
            require(!read.line.image.empty() && !read.line.questions.empty(), "a line has a picture and a question");
            for (const model::AskedQuestion& asked : read.line.questions)
                require(!asked.question.empty() && !asked.answer.empty(), "a question has words and an answer");
            const std::string text = toJsonLine(read.line);
            require(text.find('\n') == std::string::npos, "a line is one line");
            require(model::parseQuestionLine(text, "input") == read.line, "a line comes back as it was");
        }
    });
}

} // namespace prunescope::fuzz
