#pragma once

#include "model/api/engine.h"
#include "model/datasets/question_set.h"
#include "model/study/eval_log.h"
#include "model/study/eval_record.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace prunescope::model {

/// Options of an evaluation: every question of a set is asked under every plan.
struct EvalOptions {
    std::vector<PrunePlan> plans;      ///< each another
    std::optional<std::int64_t> limit; ///< only the first so many pictures
    std::optional<std::int64_t> minPixels;
    std::optional<std::int64_t> maxPixels;
    bool resize = true;
    int maxTokens = 64;
};

/// Progress of an evaluation.
struct EvalProgress {
    std::int64_t pictures = 0; ///< done
    std::int64_t ofPictures = 0;
    std::int64_t questions = 0; ///< answered now, under all plans
    std::int64_t takenOver = 0; ///< from the log
    std::optional<double> secondsLeft;
};

/// A question of a picture as it is asked, but for the plan.
Request evalRequest(const EvalOptions& options, const QuestionGroup& group, std::size_t question);

struct EvalRun {
    std::vector<EvalRecord> records; ///< in the order in which they were asked
    bool interrupted = false;        ///< stopped: the records are those so far
};

/// Asks all questions, greedily, each in one user turn with its picture. Plans take turns picture by picture, so that
/// whatever else the machine does hits all of them alike; the questions of a picture under one plan follow each other,
/// and all but the first take over what was computed for the one before. What is in `log` (may be null) is not asked
/// again; what is answered is appended. Throws Error: Usage for plans that are the same, BadFile where `log` holds
/// another question, and what the engine and the set throw.
EvalRun runEval(Engine& engine, const QuestionSet& set, const EvalOptions& options, EvalLog* log,
                const std::function<void(const EvalProgress&)>& onProgress, std::stop_token stop);

} // namespace prunescope::model
