#pragma once

#include "model/datasets/question_set.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A line of a JSONL set, its picture not read yet.
struct QuestionLine {
    std::string image; ///< path, relative to the folder of the set
    std::vector<AskedQuestion> questions;

    bool operator==(const QuestionLine&) const = default;
};

/// Reads one line, in whichever of these forms it is:
/// - ours: `{"image": "a.png", "questions": [{"task": "locate", "question": ..., "answer": ..., "box": [x, y, width,
///   height]}]}`, box in pixels; only `locate` needs one;
/// - LLaVA's: `{"image": "a.png", "conversations": [{"from": "human", "value": "<image>\n..."}, {"from": "gpt",
/// ...}]}`;
/// - `{"messages": [{"role": "user", "content": ...}, {"role": "assistant", ...}]}`, content being text or a list of
///   parts `{"type": "text", "text"}` and `{"type": "image", "image"}`.
/// The latter two may give `image` or `images` as a list of one; every question of a conversation is one by itself,
/// with the task `chat`. Throws Error(BadFile) that begins with `where` and names the field.
QuestionLine parseQuestionLine(const std::string& line, const std::string& where);

/// Our form, without the line end.
std::string toJsonLine(const QuestionLine& line);

/// A line with its number in the file, from 1.
struct NumberedQuestionLine {
    QuestionLine line;
    std::int64_t number = 0;
};
/// All lines that are not blank. Throws Error(BadFile) that begins with "`file`:`number`".
std::vector<NumberedQuestionLine> parseQuestionLines(std::string_view text, const std::string& file);

} // namespace prunescope::model
