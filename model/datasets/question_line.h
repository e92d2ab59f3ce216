#pragma once

#include "model/datasets/question_set.h"

#include <functional>
#include <string>
#include <vector>

namespace prunescope::model {

/// An object of a set, its pictures not read yet.
struct QuestionLine {
    std::vector<std::string> images; ///< paths, relative to the folder of the set, or data URLs
    std::vector<AskedQuestion> questions;
    std::vector<std::string> remarks = {}; ///< what notes of the set count: fields that are not used, ...
    std::string pictureField = "image";    ///< that names the pictures

    bool operator==(const QuestionLine&) const = default;
};

/// Says the size of a picture that a line names in `field`. May throw an Error.
using SizeOfPicture = std::function<Size(const std::string& image, const std::string& field)>;

/// Reads one object, in whichever of these forms it is:
/// - ours: `{"image": "a.png", "questions": [{"task": "locate", "question": ..., "answer": ..., "box": [x, y, width,
///   height]}]}`, box in pixels; only `locate` needs one. `image` may be a list; an answer may be a list of which any
///   is right; a question may have `options` (`{"A": "red", "B": "blue"}`), `hint`, `system`, `id` and `fields`;
/// - a conversation (conversation_line.h);
/// - a place of ScreenSpot (place_line.h).
/// Throws Error(BadFile) that begins with `where` and names the field, and what `sizeOf` throws.
QuestionLine parseQuestionLine(const std::string& line, const std::string& where, const SizeOfPicture& sizeOf);

/// Our form, without the line end and the remarks; the pictures are in `image`.
std::string toJsonLine(const QuestionLine& line);

} // namespace prunescope::model
