#pragma once

#include "model/datasets/question_set.h"
#include "model/scores/set_rule.h"
#include "model/values/answer.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// One question of a set, answered under one plan.
struct EvalRecord {
    std::int64_t picture = 0;  ///< index in the set
    std::int64_t question = 0; ///< index among those of the picture
    std::string image;         ///< name of the picture
    AskedQuestion asked;
    std::string plan; ///< canonical text
    std::string answer;
    std::string finishReason;       ///< as toText(FinishReason)
    std::vector<NamedScore> scores; ///< the first says whether the answer is right
    bool decided = true;            ///< as in the first score's Verdict
    bool formatError = false;       ///< likewise
    std::string read;               ///< likewise
    std::int64_t keptBlocks = 0;    ///< visual tokens that enter the language layers
    std::int64_t blocks = 0;        ///< without pruning
    std::int64_t promptTokens = 0;
    std::int64_t promptTokensFull = 0;
    std::int64_t answerTokens = 0;
    bool decodedOnWhite = false; ///< the file of the picture had transparency, which was put on white
    bool whole = false;          ///< the whole prompt was computed, nothing taken over from the question before
    double ttftMs = 0;
    double totalMs = 0;
    double prefillMs = 0;
    double methodMs = 0;         ///< of stages that choose among tokens
    double equivalentTokens = 0; ///< visual tokens in each language layer, on average

    bool isRight() const { return !scores.empty() && scores.front().value >= 1; }
};

/// The record of an `answer` to question `question` of `picture`. Its scores are computed here.
EvalRecord makeEvalRecord(const QuestionGroup& group, std::size_t question, const Answer& answer);

/// `{picture, question, image, task, asked, expected, box?, plan, answer, finish_reason, scores: {...}, kept, blocks,
/// prompt_tokens, prompt_tokens_full, answer_tokens, equivalent_tokens, decoded_on_white?, whole, times_ms: {ttft,
/// total, prefill, method}}`.
nlohmann::ordered_json toJson(const EvalRecord& record);
/// Throws Error(BadFile) that begins with `where` and names the field.
EvalRecord evalRecordFromJson(const nlohmann::json& object, const std::string& where);

} // namespace prunescope::model
