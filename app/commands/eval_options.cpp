#include "app/commands/eval_options.h"

#include "app/reports/eval_report_file.h"
#include "app/terminal/values.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <limits>

namespace prunescope::app {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostShards = 1'000'000;

std::string styleNames() {
    std::vector<std::string> names;
    for (const model::PromptStyle& style : model::promptStyles())
        names.emplace_back(style.name);
    return join(names, "|");
}

} // namespace

model::Shard parseShard(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos)
        throw Error(ErrorKind::Usage,
                    "--shard: found \"" + text + "\", expected I/N: part I, from 0, of N parts, such as 0/4");
    model::Shard shard;
    shard.count = parseInteger("--shard", text.substr(slash + 1), {1, kMostShards});
    shard.index = parseInteger("--shard", text.substr(0, slash), {0, shard.count - 1});
    return shard;
}

void addEvalOptions(OptionTable& table, EvalCommandOptions& options) {
    table.startGroup("Questions");
    table.addText("--set", "NAME", options.set.name,
                  "ask and score as the published set of that name is (DocVQA_VAL, MMBench_DEV_EN, ...)",
                  "the name of the file");
    table.add({"--prompt",
               styleNames(),
               "how questions are put",
               "dataset for tables and published sets, else plain",
               [&options](const std::string& text) { options.eval.style = &model::promptStyle(text); },
               {}});
    table.add({"--strict",
               {},
               "refuse a set with a row that can't be asked, instead of leaving it out",
               "off",
               [&options](const std::string&) { options.eval.strict = options.set.strict = true; },
               {}});
    table.addFlag("--pandas-cells", options.set.pandasCells,
                  "read the cells of tables as pandas does: NA, None and the like are missing, numbers lose zeros");
    table.addInteger("--limit", "N", options.eval.limit, {1, kMost}, "all", "only the first N pictures of each set");
    table.add({"--shard",
               "I/N",
               "ask only the pictures i where i mod N is I, from 0; --merge puts the records together",
               "all",
               [&options](const std::string& text) {
                   options.eval.shard = parseShard(text);
                   options.sharded = true;
               },
               {}});
    table.addInteger("--max-tokens", "N", options.eval.maxTokens, {1, 1 << 20}, "longest answer");
    table.addFlag(
        "--zoom", options.eval.zoom,
        "look twice where a place is asked for: ask again about the part of the picture around the place that "
        "the first answer names; costs are those of both looks");
}

void addEvalOutputOptions(OptionTable& table, EvalCommandOptions& options) {
    table.startGroup("Judge");
    table.addText("--judge", "URL", options.judgeUrl,
                  "ask a server (OpenAI's chat completions, such as http://localhost:8000/v1) about answers that the "
                  "rules read nothing in; its key comes from PRUNESCOPE_JUDGE_KEY or OPENAI_API_KEY",
                  "none");
    table.addText("--judge-model", "NAME", options.judgeModel, "the model of the judge", "the first that it names");
    table.require("--judge-model", "--judge");
    table.startGroup("Output");
    table.addFile("--out", "FILE.jsonl", options.out,
                  "a record a line for each question and plan; continued when there", "none");
    table.add({"--report",
               "FILE.html|.md|.csv",
               "write a report: HTML with charts and samples, Markdown tables, or CSV; may be repeated",
               "none",
               [&options](const std::string& text) {
                   requireReportEnding(text);
                   options.reports.push_back(text);
               },
               {}});
    table.addFlag("--merge", options.merge,
                  "the arguments are files that --out wrote, of shards or other plans: report on all of them together");
}

void EvalCommandOptions::requireFitting(const std::vector<std::string>& sets) const {
    if (!set.name.empty() && sets.size() > 1)
        throw Error(ErrorKind::Usage,
                    "--set: found " + std::to_string(sets.size()) + " sets, expected one that it names");
    for (const std::string& word : sets) {
        refuseToOverwrite("--out", out, word);
        for (const std::string& report : reports)
            refuseToOverwrite("--report", report, word);
    }
    for (const std::string& report : reports)
        refuseToOverwrite("--report", report, out);
}

nlohmann::ordered_json EvalCommandOptions::setting(nlohmann::ordered_json setting) const {
    if (!judgeModel.empty())
        setting["judge"] = judgeModel;
    return setting;
}

nlohmann::ordered_json EvalCommandOptions::withShard(nlohmann::ordered_json object) const {
    if (sharded)
        object["shard"] = std::to_string(eval.shard.index) + "/" + std::to_string(eval.shard.count);
    return object;
}

} // namespace prunescope::app
