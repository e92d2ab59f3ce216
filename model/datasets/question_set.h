#pragma once

#include "core/image/geometry.h"
#include "core/image/picture.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// A question whose answer is known.
struct AskedQuestion {
    std::string task;             ///< what is asked for: model/scores/score.h judges by it
    std::string question;         ///< UTF-8, not empty
    std::string answer;           ///< UTF-8, not empty
    std::optional<PixelRect> box; ///< where it is, in pixels of the picture; always there for the task `locate`

    bool operator==(const AskedQuestion&) const = default;
};

/// The task of questions about which nothing more is known.
inline constexpr const char* kChatTask = "chat";

/// A picture with the questions about it.
struct QuestionedPicture {
    std::string name; ///< where it comes from, for people
    Picture picture;
    std::vector<AskedQuestion> questions; ///< none where nothing can be asked about a drawn screen
    bool decodedOnWhite = false;          ///< the file had transparency, which was put on white
};

/// Pictures with questions, in a fixed order. Immutable; any thread.
class QuestionSet {
public:
    virtual ~QuestionSet() = default;
    /// Pictures; at least one.
    virtual std::int64_t size() const = 0;
    /// Reads or draws picture `index` of [0, size). Throws Error(NotFound) or Error(BadFile) that names file and line.
    virtual QuestionedPicture at(std::int64_t index) const = 0;
};

/// Opens a set and checks everything in it but the pixels:
/// - `FILE.jsonl`: a picture a line, with questions of our own or with a conversation (question_line.h);
/// - `FILE.tsv`: a table of VLMEvalKit (picture_table.h);
/// - `screens:count=1000,seed=900000001,questions=4,options=FILE.json`: drawn while they are asked for, picture i by
/// seed
///   + i; each setting may be left out, and the file is an object of ScreenOptions.
/// Throws Error(Usage) for another `text`, Error(NotFound), Error(BadFile) that names file, line and field.
std::unique_ptr<QuestionSet> openQuestionSet(const std::string& text);

} // namespace prunescope::model
