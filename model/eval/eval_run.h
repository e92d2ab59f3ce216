#pragma once

#include "model/api/engine.h"
#include "model/datasets/prompt_style.h"
#include "model/datasets/question_set.h"
#include "model/eval/eval_log.h"
#include "model/eval/eval_record.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace prunescope::model {

/// The part of a set that one machine of several asks: group i where i mod `count` is `index`.
struct Shard {
    std::int64_t index = 0;
    std::int64_t count = 1;
    bool has(std::int64_t group) const { return group % count == index; }
};

/// Settles an answer that the rules left undecided: changes the scores of `record` and notes what the judge said, or
/// leaves it as it is. Throws Error(Cancelled), and Error(Network) where that would happen to every record.
using JudgeAnswer = std::function<void(EvalRecord& record, const SetRule* rule, std::stop_token stop)>;

/// Options of an evaluation: every question of a set is asked under every plan.
struct EvalOptions {
    std::vector<PrunePlan> plans;       ///< each another
    const PromptStyle* style = nullptr; ///< null: `defaultStyle` of the set
    bool strict = false;                ///< stop at a row that can't be asked, instead of leaving it out
    std::optional<std::int64_t> limit;  ///< only the first so many groups of pictures
    Shard shard;
    std::optional<std::int64_t> minPixels;
    std::optional<std::int64_t> maxPixels;
    bool resize = true;
    int maxTokens = 64;
    bool zoom = false; ///< look twice where a place is asked for: `zoomedAnswer`
    JudgeAnswer judge; ///< empty: what the rules left undecided stays wrong
    /// Told of each record as it joins the run, new ones and those of the log; may be empty. On the thread of the run.
    std::function<void(const EvalRecord&)> onRecord = {};
    std::function<void(const SkippedRow&)> onSkipped = {}; ///< likewise, of each row that could not be asked after all

    std::int64_t groups(const QuestionSet& set) const { return std::min(set.size(), limit.value_or(set.size())); }
    const PromptStyle& styleFor(const QuestionSet& set) const { return style ? *style : defaultStyle(set); }
};

/// Progress of an evaluation.
struct EvalProgress {
    std::int64_t pictures = 0; ///< groups of them that are done
    std::int64_t ofPictures = 0;
    std::int64_t questions = 0; ///< answered now, under all plans
    std::int64_t takenOver = 0; ///< from the log
    std::optional<double> secondsLeft;
};

/// A question of a group as it is asked, but for the plan.
Request evalRequest(const EvalOptions& options, const QuestionSet& set, const QuestionGroup& group,
                    std::size_t question);

struct EvalRun {
    std::vector<EvalRecord> records; ///< in the order in which they were asked
    std::vector<SkippedRow> skipped; ///< rows that could not be asked after all
    bool interrupted = false;        ///< stopped: the records are those so far
};

/// Asks all questions, greedily, each in one user turn with its pictures. Plans take turns group by group, so that
/// whatever else the machine does hits all of them alike; the questions of a group under one plan follow each other,
/// and all but the first take over what was computed for the one before. What is in `log` (may be null) is not asked
/// again; what is answered is appended. A row that can't be read, or that the engine refuses (Error(BadInput)), is left
/// out and listed. Throws Error: Usage for plans that are the same, BadFile where `log` holds another question, and
/// what the engine and, with `strict`, the set throw.
EvalRun runEval(Engine& engine, const QuestionSet& set, const EvalOptions& options, EvalLog* log,
                const std::function<void(const EvalProgress&)>& onProgress, std::stop_token stop);

} // namespace prunescope::model
