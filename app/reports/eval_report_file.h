#pragma once

#include "core/image/picture.h"
#include "model/eval/set_report.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Reports of an evaluation as files.
namespace prunescope::app {

/// The pictures of a group of a set; empty where they can't be had any more. `set`: index in the report.
using GroupPictures = std::function<std::vector<Picture>(std::size_t set, std::int64_t group)>;

/// Throws Error(Usage) that names `--report` for a file whose ending is none of .html, .md and .csv.
void requireReportEnding(const std::string& path);

/// Writes the report as the ending of `path` says, whole or not at all: HTML in one file that needs no other, with
/// charts and samples; Markdown; or CSV, a row for each plan at each task. Throws Error(WriteFailed).
void writeReport(const std::string& path, const std::vector<model::SetReport>& sets, const GroupPictures& pictures);

std::string reportMarkdown(const std::vector<model::SetReport>& sets);
std::string reportCsv(const std::vector<model::SetReport>& sets);
std::string reportHtml(const std::vector<model::SetReport>& sets, const GroupPictures& pictures);

/// Lines for people of what the numbers of a report do not say: how sets were read, rows that were left out, what was
/// undecided, what is too small to be seen.
std::vector<std::string> reportNotes(const model::SetReport& set);
/// "prunescope-tiny, cpu, bfloat16, native weights".
std::string modelText(const model::SetReport& set);

} // namespace prunescope::app
