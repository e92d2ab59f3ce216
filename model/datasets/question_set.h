#pragma once

#include "core/image/geometry.h"
#include "core/image/picture.h"
#include "model/scores/score.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prunescope::model {

/// A question whose answer is known.
struct AskedQuestion {
    std::string task;            ///< what is asked for: model/scores/score.h judges by it
    std::string question;        ///< UTF-8, not empty; as the set has it
    std::string answer;          ///< UTF-8, not empty; of a choice the letter
    std::optional<PixelBox> box; ///< where it is, in pixels of the picture; always there for the task `locate`
    std::vector<std::string> otherAnswers = {}; ///< that are right as well
    std::vector<ChoiceOption> options = {};     ///< of a choice
    std::string hint = {};                      ///< stands before the question
    std::string system = {};                    ///< system text that the set gives
    std::string id = {};                        ///< of the row in its set
    QuestionFields fields = {};                 ///< columns that scores, aggregates and groups of reports read
    bool open = false; ///< a choice without options of its own: `options` serve to judge the answer and are not shown

    bool operator==(const AskedQuestion&) const = default;
};

/// The task of questions about which nothing more is known.
inline constexpr const char* kChatTask = "chat";
/// Tasks of tables: a short answer; Yes or No. Others are in score.h and page_prompt.h.
inline constexpr const char* kWordsTask = "vqa";
inline constexpr const char* kYesNoTask = "yes_no";

/// A picture of a set.
struct SetPicture {
    std::string name; ///< where it comes from, for people
    Picture picture;
    bool decodedOnWhite = false; ///< the file had transparency, which was put on white
};

/// Pictures with the questions about them, each of which is asked about all of them in this order.
struct QuestionGroup {
    std::string name; ///< where it comes from, for people
    std::vector<SetPicture> pictures;
    std::vector<AskedQuestion> questions; ///< none where nothing can be asked about a drawn screen

    /// The first picture, which boxes are about.
    const Picture& picture() const { return pictures.front().picture; }
};

/// A row of a set that can't be asked.
struct SkippedRow {
    std::string where;  ///< "FILE:LINE"
    std::string reason; ///< names column or field, found and expected
};

/// Questions about pictures, in a fixed order. Immutable; any thread.
class QuestionSet {
public:
    virtual ~QuestionSet() = default;
    /// Its name: that of its file without the ending, or what SetOptions says. model/scores/set_rule.h knows some.
    virtual std::string name() const = 0;
    /// Groups of pictures with their questions; at least one.
    virtual std::int64_t size() const = 0;
    /// Questions in all groups.
    virtual std::int64_t questions() const = 0;
    /// Reads or draws group `index` of [0, size). Throws Error(NotFound) or Error(BadFile) that names file and line.
    virtual QuestionGroup at(std::int64_t index) const = 0;
    /// Whether it is a table of VLMEvalKit, the questions of which are asked in the style `dataset`.
    virtual bool isTable() const { return false; }
    /// Rows that were left out when the set was checked.
    virtual std::vector<SkippedRow> skipped() const { return {}; }
    /// How the set was read where it is not obvious, a line each: boxes in parts of the sides, cells read in two ways.
    virtual std::vector<std::string> notes() const { return {}; }
};

/// Draws the pages of a document: [pages] of pictures. Throws Error(BadFile) that names `name`.
using PageSource = std::function<std::vector<Picture>(std::span<const std::byte> pdf, const std::string& name)>;

/// How a set is opened.
struct SetOptions {
    std::string name = {};    ///< empty: the file's
    bool strict = false;      ///< refuse the set for a row that can't be asked, instead of leaving it out
    bool pandasCells = false; ///< read the cells of tables as pandas does (evaluation spec 1.1)
    PageSource pages = {};    ///< empty: sets of documents are refused
    bool forTraining = false; ///< refuse what training can't learn: several pictures a question, a system text
};

/// Opens a set and checks all of it, but no pixels beyond the heads of pictures; question-sets.md has the forms:
/// - `FILE.tsv`, `FILE.csv`: a table of VLMEvalKit;
/// - `FILE.jsonl`, `FILE.json`: an object a line, or a list of them: questions of ours, conversations, places of
///   ScreenSpot, tests of olmOCR-bench;
/// - `FOLDER`: the annotations of ScreenSpot-Pro, or the tests of olmOCR-bench;
/// - `screens:count=1000,seed=900000001,questions=4,options=FILE.json`: drawn while they are asked for, picture i by
/// seed
///   + i; each setting may be left out, and the file is an object of ScreenOptions.
/// Throws Error(Usage) for another `text`, Error(NotFound), Error(BadFile) that names file, line and field; one row
/// that can't be asked refuses no set, unless all are such.
std::unique_ptr<QuestionSet> openQuestionSet(const std::string& text, const SetOptions& options = {});

} // namespace prunescope::model
