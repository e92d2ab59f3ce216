#pragma once

#include "app/terminal/option_table.h"
#include "model/datasets/question_set.h"
#include "model/eval/eval_run.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::app {

/// The options of `eval` that are about sets, prompts, machines and files.
struct EvalCommandOptions {
    model::EvalOptions eval;
    model::SetOptions set;
    bool merge = false;
    bool sharded = false;
    std::string out;                  ///< of records; empty: none
    std::vector<std::string> reports; ///< each `--report`
    std::string judgeUrl;             ///< empty: none
    std::string judgeModel;           ///< empty: none, or not known yet

    /// Throws Error(Usage) where the options do not go with so many `sets`, or a file would be written over.
    void requireFitting(const std::vector<std::string>& sets) const;
    /// `setting` with what these options change in answers or scores.
    nlohmann::ordered_json setting(nlohmann::ordered_json setting) const;
    /// A report's object with the part of the set that it is about.
    nlohmann::ordered_json withShard(nlohmann::ordered_json object) const;
};

/// `--set`, `--prompt`, `--strict`, `--pandas-cells`, `--limit`, `--shard`, `--max-tokens`, `--zoom`. `options` must
/// outlive the table.
void addEvalOptions(OptionTable& table, EvalCommandOptions& options);
/// `--judge`, `--judge-model`, `--out`, `--report`, `--merge`.
void addEvalOutputOptions(OptionTable& table, EvalCommandOptions& options);

/// "2/8" of `--shard`. Throws Error(Usage).
model::Shard parseShard(const std::string& text);

} // namespace prunescope::app
