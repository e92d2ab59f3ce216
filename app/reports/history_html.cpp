#include "app/reports/history_html.h"

#include "app/reports/eval_charts.h"
#include "app/reports/history_picture.h"
#include "core/base/format.h"
#include "core/base/stage_times.h"
#include "core/records/record_columns.h"
#include "core/records/record_summary.h"

#include <array>
#include <utility>

namespace prunescope::app {

using nlohmann::json;

namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Questions</title><style>
:root { color-scheme: light dark; --line: #8884; --mark: #e0245e; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 0; } p { margin: .4rem 0; }
article { border-top: 1px solid var(--line); padding: 1.2rem 0 1.4rem; break-inside: avoid; }
.answer { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1.05rem; }
.note, figcaption, .facts, footer { opacity: .75; font-size: .9rem; } code { overflow-wrap: anywhere; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; margin: .8rem 0; } figure { flex: 1 1 320px; max-width: 540px; margin: 0; }
figure svg { display: block; width: 100%; max-height: 620px; border: 1px solid var(--line); background: #8881; }
svg rect, svg circle { fill: #e0245e22; stroke: var(--mark); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.bar { display: flex; height: .7rem; border-radius: 3px; overflow: hidden; margin: .8rem 0 .3rem; max-width: 1096px; }
.bar i, .facts i { background: var(--stage); } .facts i { display: inline-block; width: .7em; height: .7em; border-radius: 2px; }
.facts span { margin-right: 1rem; white-space: nowrap; } details { margin: .4rem 0; } details p { white-space: pre-wrap; opacity: .8; }
</style></head><body><h1>Questions</h1>
)";

/// In the order in which things happen; the rest of the answer follows.
struct StageLook {
    const char* column;
    const char* title;
    const char* colour; ///< told apart on light and on dark
};
constexpr std::array kStages{StageLook{"preprocess_ms", "preprocess", "#4e79a7"},
                             StageLook{"select_ms", "select", "#b07aa1"},
                             StageLook{"vit_ms", "vit", "#59a14f"},
                             StageLook{"method_ms", "method", "#edc948"},
                             StageLook{"prefill_ms", "prefill", "#f28e2b"},
                             StageLook{"sample_ms", "sample", "#76b7b2"},
                             StageLook{"decode_ms", "decode", "#9c9c9c"}};

/// The stages to one scale, and what they are.
std::string timesHtml(const InteractionRecord& record) {
    std::string bar, legend;
    for (const StageLook& stage : kStages) {
        const double ms = recordFigure(record, stage.column).value_or(0);
        if (ms <= 0)
            continue;
        const std::string colour = std::string("style=\"--stage:") + stage.colour;
        bar += "<i " + colour + ";flex:" + formatFixed(ms, 4) + "\"></i>";
        legend += "<span><i " + colour + "\"></i> " + stage.title + " " + escaped(formatMs(ms)) + "</span>";
    }
    return bar.empty() ? bar : "<div class=\"bar\">" + bar + "</div><p class=\"facts\">" + legend + "</p>";
}

std::string figureText(const InteractionRecord& record, const char* column, const char* unit) {
    const auto count = recordFigure(record, column);
    return count ? formatCounted(static_cast<std::int64_t>(*count), unit) : std::string();
}

std::string factsHtml(const InteractionRecord& record) {
    const json& answer = record.answer;
    std::vector<std::pair<std::string, std::string>> facts;
    if (const auto first = recordFigure(record, "ttft_ms"))
        facts.emplace_back("first token", formatMs(*first));
    if (const auto total = recordFigure(record, "total_ms"))
        facts.emplace_back("in all", formatMs(*total));
    facts.emplace_back("prompt", figureText(record, "prompt_tokens", "token"));
    facts.emplace_back("unpruned", figureText(record, "prompt_tokens_full", "token"));
    facts.emplace_back("answer", figureText(record, "answer_tokens", "token"));
    facts.emplace_back("model", textBelow(answer, {"model"}));
    facts.emplace_back("on", join({textBelow(answer, {"device"}), textBelow(answer, {"dtype"})}));
    std::string html = "<p class=\"facts\">";
    for (const auto& [name, value] : facts)
        if (!value.empty())
            html += "<span>" + escaped(name) + " <b>" + escaped(value) + "</b></span> ";
    return html + "</p>";
}

std::string thoughtHtml(const json& answer) {
    const std::string thought = textBelow(answer, {"thought"});
    return thought.empty() ? thought : "<details><summary>Thought</summary><p>" + escaped(thought) + "</p></details>";
}

std::string answerText(const json& answer) {
    const std::string text = textBelow(answer, {"answer"});
    const std::string why = textBelow(answer, {"finish_reason"});
    return escaped(text) + (why == "length" || why == "cancelled" ? " <span class=\"note\">(" + why + ")</span>" : "");
}

} // namespace

std::string historyHead() {
    return kHead;
}

std::string historyEntry(const InteractionRecord& record) {
    const json& answer = record.answer;
    std::string when = record.time.substr(0, record.time.find('.'));
    if (const auto at = when.find('T'); at != std::string::npos)
        when[at] = ' ';
    return "<article><h2>" + escaped(record.question) + "</h2><p class=\"note\">" + escaped(when) + " UTC, <code>" +
           escaped(textBelow(answer, {"plan"})) + "</code></p>" + thoughtHtml(answer) + "<p class=\"answer\">" +
           answerText(answer) + "</p>" + historyPictures(answer) + timesHtml(record) + factsHtml(record) +
           "</article>\n";
}

std::string historyEnd(std::int64_t records) {
    return "<footer>" + escaped(formatCounted(records, "question")) +
           ". Written by PruneScope; pictures as they were found when this was written.</footer></body></html>\n";
}

} // namespace prunescope::app
