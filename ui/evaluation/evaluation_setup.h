#pragma once

#include "model/eval/eval_run.h"

#include <QString>
#include <QStringList>
#include <optional>

namespace prunescope::ui {

/// What is to be evaluated, as people have typed it.
struct EvaluationSetup {
    QString data;    ///< as `openQuestionSet` takes it
    QString setName; ///< as which published set; empty: its own name
    QString style;   ///< name of a prompt style; empty: that of the set
    std::optional<int> limit;
    int maxTokens = model::EvalOptions().maxTokens;
    QStringList plans{QStringLiteral("input:keep_all"), QStringLiteral("input:pred_2d")};
    QString records; ///< file; empty: `recordsIn` chooses one

    bool operator==(const EvaluationSetup&) const = default;
    /// Whether both are about the same set and file of records, however it is asked.
    bool hasSetOf(const EvaluationSetup& other) const;

    /// As the settings of the window keep it.
    QString toText() const;
    /// What can't be read is as at first.
    static EvaluationSetup ofText(const QString& text);

    /// The file of records: the one that is named, or one in `folder` that is called after the set.
    QString recordsIn(const QString& folder) const;
    /// The options of the run. Throws Error(Usage) that names the plan or the style.
    model::EvalOptions options() const;
};

/// Why plan `index` of a list can't be asked under: it is none, or stands there already. Empty: it can.
QString planProblem(const QStringList& plans, qsizetype index);

} // namespace prunescope::ui
