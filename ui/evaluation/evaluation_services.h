#pragma once

#include "model/datasets/question_set.h"
#include "model/eval/set_report.h"

#include <QString>
#include <functional>

namespace prunescope::ui {

/// What evaluations need of the program around the window. Every part may be empty: what needs it is refused then, with
/// the reason.
struct EvaluationServices {
    model::PageSource pages = {}; ///< of sets of documents
    /// Writes a report as the ending of its path says: .html, .md, .csv. On another thread; throws Error.
    using Pictures = std::function<std::vector<Picture>(std::size_t set, std::int64_t group)>;
    std::function<void(const std::string& path, const std::vector<model::SetReport>& sets, const Pictures& pictures)>
        writeReport = {};
    QString recordsFolder = {}; ///< in which records are kept where nobody says otherwise; made when it is needed
};

} // namespace prunescope::ui
