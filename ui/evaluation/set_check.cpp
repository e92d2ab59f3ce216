#include "ui/evaluation/set_check.h"

#include "core/base/format.h"
#include "model/datasets/prompt_style.h"
#include "model/scores/set_rule.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <algorithm>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("evaluation", text);
}

void lookAtRecords(SetCheck& check) {
    try {
        const model::EvalLogContent content = model::readEvalLog(check.recordsPath.toStdString());
        check.recorded = std::ranges::count(content.records, check.set->name(), &model::EvalRecord::set);
    } catch (const std::exception& error) {
        check.recordsProblem = errorText(error);
    }
}

} // namespace

SetCheck checkSet(const EvaluationSetup& setup, const model::PageSource& pages, const QString& recordsFolder) {
    SetCheck check{setup, nullptr, {}, {}, setup.recordsIn(recordsFolder), 0, {}};
    try {
        model::SetOptions options;
        options.name = setup.setName.trimmed().toStdString();
        options.pages = pages;
        check.set = model::openQuestionSet(setup.data.trimmed().toStdString(), options);
        check.skipped = check.set->skipped();
        lookAtRecords(check);
    } catch (const std::exception& error) {
        check.problem = errorText(error);
    }
    return check;
}

QString SetCheck::text(const QString& style) const {
    if (!set)
        return problem;
    const SetRule* rule = setRule(set->name());
    QStringList parts{counted(set->questions(), tr("%1 question"), tr("%1 questions")),
                      counted(set->size(), tr("%1 picture"), tr("%1 pictures")),
                      tr("prompts: %1").arg(style.isEmpty() ? fromUtf8(model::defaultStyle(*set).name) : style),
                      tr("scores: %1").arg(rule ? fromUtf8(rule->name) : tr("own rule"))};
    return parts.join(QStringLiteral(" · "));
}

} // namespace prunescope::ui
