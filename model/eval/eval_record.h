#pragma once

#include "core/base/stage_times.h"
#include "model/datasets/question_set.h"
#include "model/scores/set_rule.h"
#include "model/values/answer.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace prunescope::model {

/// A picture of a question as a plan left it.
struct EvalPicture {
    std::string identity;               ///< `pictureIdentity`; empty: not known
    Size size;                          ///< original
    Size seen;                          ///< as the encoder gets it
    std::int64_t blocks = 0;            ///< without pruning
    std::int64_t kept = 0;              ///< that enter the language layers
    std::optional<std::int64_t> unique; ///< `uniqueBlocks` of the picture as it is resized without a plan
    int rows = 0;                       ///< of the mask
    int cols = 0;
    std::string mask; ///< what is left behind the last stage of the plan, as KeepMask::toBase64

    bool operator==(const EvalPicture&) const = default;
};

/// What a judge said of an answer that the rules could not read.
struct Judgement {
    std::string judge; ///< the model that it ran
    std::string reply; ///< as it came
    bool operator==(const Judgement&) const = default;
};

/// One of the looks that an answer was found by (model/api/closer_look.h).
struct EvalLook {
    std::int64_t picture = 0;      ///< of the record's
    PixelRect part;                ///< of it that was shown, in its pixels
    Size seen;                     ///< as the encoder got that
    std::string answer;            ///< with coordinates on the scale of that part
    std::optional<PixelBox> named; ///< in pixels of the whole picture
    std::string finishReason;
    std::int64_t promptTokens = 0;
    std::int64_t promptTokensFull = 0;
    std::int64_t answerTokens = 0;
    double totalMs = 0;

    bool operator==(const EvalLook&) const = default;
};

/// One question of a set, answered under one plan.
struct EvalRecord {
    std::string set;            ///< name of the set
    std::int64_t picture = 0;   ///< index of its group in the set
    std::int64_t question = 0;  ///< index among those of the group
    std::int64_t questions = 1; ///< of the group
    std::string image;          ///< name of the group
    AskedQuestion asked;
    std::string style; ///< name of the prompt style
    std::string plan;  ///< canonical text
    std::string answer;
    std::string thought;            ///< what a model that thinks wrote before it
    std::string finishReason;       ///< as toText(FinishReason)
    std::optional<PixelBox> named;  ///< the place that the answer names, in pixels of the last picture
    std::vector<NamedScore> scores; ///< the first says whether the answer is right
    bool decided = true;            ///< as in the first score's Verdict
    bool formatError = false;       ///< likewise
    std::string read;               ///< likewise
    std::optional<Judgement> judged;
    std::vector<EvalPicture> pictures; ///< as the first look shows them
    /// Of a question that was to be looked at twice: its looks. The answer is that of the last one that names a place,
    /// else of the first; what it cost is that of all of them.
    std::vector<EvalLook> looks;
    std::string whyOneLook;      ///< why such a question has only one
    std::int64_t keptBlocks = 0; ///< visual tokens that enter the language layers
    std::int64_t blocks = 0;     ///< without pruning
    std::int64_t promptTokens = 0;
    std::int64_t promptTokensFull = 0;
    std::int64_t answerTokens = 0;
    double equivalentTokens = 0; ///< visual tokens in each language layer, on average
    std::int64_t kvBytes = 0;
    double flops = 0;            ///< of the prompt (core/report/plan_cost.h)
    bool decodedOnWhite = false; ///< the file of a picture had transparency, which was put on white
    bool whole = false;          ///< the whole prompt was computed, nothing taken over from the question before
    bool first = false;          ///< the first that the program asked under this plan: it warms up
    StageTimes times;            ///< of all stages that were measured

    bool isRight() const { return !scores.empty() && scores.front().value >= 1; }
    double score() const { return scores.empty() ? 0 : scores.front().value; }
    /// The look that the answer is from, or null.
    const EvalLook* answeredBy() const;
};

/// Whether a question asks where something is, so that a closer look may help.
bool wantsPlace(const AskedQuestion& asked);

/// Names of the scores that judge a question: those of the set's rule (may be null), else those of its task.
std::vector<std::string_view> scoresFor(const SetRule* rule, const std::string& task);

/// The record of an `answer` to question `question` of `group`. `shown`: which of its pictures each image of the prompt
/// was (`shownPictures`). `looks`: of a zoomed answer, the whole answers that it joins. Scores are computed here; set,
/// picture and style are left to the caller.
EvalRecord makeEvalRecord(const QuestionGroup& group, std::size_t question, std::span<const std::size_t> shown,
                          const SetRule* rule, const Answer& answer, std::span<const Answer> looks = {});

/// The answer as scores see it: of a closer look, on the scale of the part of the picture that it showed, since the
/// numbers in its text are.
GivenAnswer givenAnswer(const EvalRecord& record);
/// The question with its verdict, as aggregates see it.
ScoredQuestion scoredQuestion(const EvalRecord& record);

/// The record as a line of a log has it: model/eval/evaluations.md, "Records".
nlohmann::ordered_json toJson(const EvalRecord& record);
/// Throws Error(BadFile) that begins with `where` and names the field.
EvalRecord evalRecordFromJson(const nlohmann::json& object, const std::string& where);

} // namespace prunescope::model
