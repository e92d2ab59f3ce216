#include "app/reports/eval_report_file.h"

#include "app/reports/eval_sections.h"
#include "app/reports/eval_tables.h"
#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/output_file.h"

#include <filesystem>

namespace prunescope::app {

namespace {

constexpr std::size_t kMostRows = 20; ///< of rows that were left out, in reports for people

std::string endingOf(const std::string& path) {
    return asciiLowerCase(std::filesystem::path(path).extension().string());
}

/// A cell of a Markdown table.
std::string cellText(const std::string& text) {
    std::string cell;
    for (const char letter : text)
        cell += letter == '|' ? "\\|" : letter == '\n' || letter == '\r' ? " " : std::string(1, letter);
    return cell;
}

std::string tableMarkdown(const ReportTable& table) {
    std::string text = "## " + table.title + "\n\n";
    if (!table.note.empty())
        text += table.note + ".\n\n";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        text += "|";
        for (const std::string& cell : table.rows[i])
            text += " " + cellText(cell) + " |";
        text += "\n";
        for (std::size_t col = 0; i == 0 && col < table.rows[0].size(); ++col)
            text += col == 0 ? "|---|" : "---:|";
        text += i == 0 ? "\n" : "";
    }
    return text + "\n";
}

} // namespace

void requireReportEnding(const std::string& path) {
    const std::string ending = endingOf(path);
    if (ending != ".html" && ending != ".md" && ending != ".csv")
        throw Error(ErrorKind::Usage,
                    "--report: found " + inQuotes(path) + ", expected FILE.html, FILE.md or FILE.csv");
}

void writeReport(const std::string& path, const std::vector<model::SetReport>& sets, const GroupPictures& pictures) {
    const std::string ending = endingOf(path);
    writeFile(path,
              ending == ".html" ? reportHtml(sets, pictures)
              : ending == ".md" ? reportMarkdown(sets)
                                : reportCsv(sets),
              Readers::Owner);
}

std::string modelText(const model::SetReport& set) {
    std::vector<std::string> parts;
    for (const char* name : {"model", "device", "dtype"})
        parts.push_back(set.setting.value(name, std::string("?")));
    return join(parts) + ", " + set.setting.value("weights", std::string("?")) + " weights";
}

std::vector<std::string> reportNotes(const model::SetReport& set) {
    std::vector<std::string> lines = set.notes;
    for (std::size_t i = 0; i < set.skipped.size() && i < kMostRows; ++i)
        lines.push_back("left out: " + set.skipped[i].where + ": " + set.skipped[i].reason);
    if (set.skipped.size() > kMostRows)
        lines.push_back("left out: " + formatCount(static_cast<std::int64_t>(set.skipped.size() - kMostRows)) +
                        " more rows");
    lines.insert(lines.end(), set.missing.begin(), set.missing.end());
    if (const std::int64_t undecided = set.undecided(); undecided > 0)
        lines.push_back("the rules read nothing in " + formatCounted(undecided, "answer") +
                        ": counted as wrong, so that numbers are lower bounds");
    for (const model::PlanResult& plan : set.plans)
        if (const std::string text = visibleText(set, plan); !text.empty())
            lines.push_back(text);
    return lines;
}

std::string reportMarkdown(const std::vector<model::SetReport>& sets) {
    std::string text = "# Evaluation: " + modelText(sets.front()) + "\n\n";
    for (const ReportTable& table : reportTables(sets))
        text += tableMarkdown(table);
    text += "## Notes\n\n";
    for (const model::SetReport& set : sets)
        for (const std::string& line : reportNotes(set))
            text += "- " + set.name() + ": " + cellText(line) + "\n";
    return text;
}

} // namespace prunescope::app
