#pragma once

#include "core/image/geometry.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// What a question set says of a question besides: columns of its table by name, as written.
using QuestionFields = std::map<std::string, std::string, std::less<>>;

/// An option of a choice.
struct ChoiceOption {
    char letter = 'A';
    std::string text; ///< UTF-8
    bool operator==(const ChoiceOption&) const = default;
};

/// An answer beside what was expected.
struct GivenAnswer {
    std::string text;                  ///< UTF-8, without what a model thought before it
    std::vector<std::string> expected; ///< UTF-8; any of these is right. Of a choice: a letter
    std::vector<ChoiceOption> options; ///< of a choice
    QuestionFields fields;             ///< those that a score or an aggregate reads are named by its header
    std::optional<PixelBox> box; ///< that the answer names, in pixels of the picture; of a point all edges meet there
    std::optional<PixelBox> trueBox; ///< likewise
    Size size;                       ///< of the picture
    Size seen;                       ///< of the picture as the model saw it, resized
};

/// What a score says of an answer.
struct Verdict {
    double score = 0;         ///< from 0, wrong, to 1, as expected
    bool decided = true;      ///< false: the rules read nothing in the answer, and a judge would be asked
    bool formatError = false; ///< the answer is not written as the score asks for; counts as wrong
    std::string read = {};    ///< what the score read in the answer: a letter, Yes, a number; may be empty
};

/// A measure of how good an answer is.
struct ScoreEntry {
    std::string_view name;  ///< as in reports
    std::string_view title; ///< one line for people
    Verdict (*judge)(const GivenAnswer& answer);
};

/// All scores, in the order in which people see them.
std::span<const ScoreEntry> scores();
/// The score with this name, or null.
const ScoreEntry* findScore(std::string_view name);

/// The names of the scores of answers to questions of a task of which nothing more is known. The first says whether an
/// answer is right: 1, or less.
std::span<const std::string_view> scoresOf(std::string_view task);

/// Tasks that are not judged by the words of an answer.
inline constexpr std::string_view kLocateTask = "locate"; ///< by the place it names
inline constexpr std::string_view kChoiceTask = "choice"; ///< by the letter it chooses

} // namespace prunescope
