#pragma once

#include "ui/evaluation/evaluation_setup.h"

#include <memory>

namespace prunescope::ui {

/// A set that was looked through, and what its file of records holds already.
struct SetCheck {
    EvaluationSetup setup;
    std::shared_ptr<const model::QuestionSet> set; ///< null: it can't be asked
    std::vector<model::SkippedRow> skipped;        ///< rows that can't be asked
    QString problem;                               ///< why the set can't be asked; empty: it can
    QString recordsPath;
    qint64 recorded = 0;    ///< answers in the file of records, to questions of this set
    QString recordsProblem; ///< why that file can't be gone on with, as far as can be said before the run

    /// What there is to ask: pictures, questions, prompts of `style` (empty: the set's own) and scores, as one line.
    QString text(const QString& style) const;
};

/// Opens the set and looks through all of it, which takes a while for a large one. Throws nothing. Any thread.
SetCheck checkSet(const EvaluationSetup& setup, const model::PageSource& pages, const QString& recordsFolder);

} // namespace prunescope::ui
