#pragma once

#include "model/eval/eval_run.h"
#include "model/judge/chat_server.h"

#include <optional>
#include <string>

/// Judging answers that the rules of a set read nothing in (evaluation spec 4). Never at random: where the judge's
/// reply can't be read either, an answer stays undecided.
namespace prunescope::model {

/// What is asked about a record: which option or word an answer means, or whether it is right.
std::string judgeQuestion(const EvalRecord& record, const SetRule* rule);

/// What a reply says.
struct JudgeReply {
    std::string read; ///< a letter, Yes or No
    double score = 0;
};
/// Nothing where `reply` can't be read.
std::optional<JudgeReply> readReply(const EvalRecord& record, const SetRule* rule, const std::string& reply);

/// The judge as `runEval` takes it: asks `model` of `server`, sets the first score, keeps the reply in the record.
JudgeAnswer judgeBy(ChatServer server, std::string model);

} // namespace prunescope::model
