// The report as one HTML file that needs no other.
#include "app/reports/eval_charts.h"
#include "app/reports/eval_report_file.h"
#include "app/reports/eval_samples.h"
#include "app/reports/eval_sections.h"

namespace prunescope::app {

namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Evaluation</title><style>
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; }
small { display: block; opacity: .7; } figure { margin: 1rem 0; } p.note { opacity: .75; margin: .2rem 0 .6rem; }
svg { width: 100%; max-width: 760px; font: 12px system-ui, sans-serif; } svg text { fill: currentColor; }
line.grid { stroke: var(--line); } polyline.front { fill: none; stroke: currentColor; stroke-dasharray: 4 3; }
ul.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
ul.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; } .row figure { flex: 1 1 300px; max-width: 480px; margin: 0; }
img { max-width: 100%; border: 1px solid var(--line); } .right { color: #2e8b3d; } .wrong { color: #c0392b; }
</style></head><body>
)";

std::string tableHtml(const ReportTable& table) {
    std::string html = "<h2>" + escaped(table.title) + "</h2>";
    if (!table.note.empty())
        html += "<p class=\"note\">" + escaped(table.note) + "</p>";
    html += "<table>";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const std::string tag = i == 0 ? "th" : "td";
        html += "<tr>";
        for (const std::string& cell : table.rows[i])
            html += "<" + tag + ">" + escaped(cell) + "</" + tag + ">";
        html += "</tr>\n";
    }
    return html + "</table>";
}

std::string notesHtml(const std::vector<model::SetReport>& sets) {
    std::string html = "<h2>Notes</h2><ul>";
    for (const model::SetReport& set : sets)
        for (const std::string& line : reportNotes(set))
            html += "<li>" + escaped(set.name() + ": " + line) + "</li>";
    return html + "</ul>";
}

} // namespace

std::string reportHtml(const std::vector<model::SetReport>& sets, const GroupPictures& pictures) {
    std::string html = kHead + ("<h1>Evaluation of " + escaped(modelText(sets.front())) + "</h1>") + paretoChart(sets) +
                       barChart(sets);
    for (const ReportTable& table : reportTables(sets))
        html += tableHtml(table);
    return html + notesHtml(sets) + sampleSection(sets, pictures) + "</body></html>\n";
}

} // namespace prunescope::app
