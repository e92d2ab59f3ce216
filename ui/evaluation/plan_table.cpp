#include "ui/evaluation/plan_table.h"

#include "core/base/format.h"
#include "ui/evaluation/evaluation_setup.h"
#include "ui/style/format.h"
#include "ui/style/plan_look.h"

#include <algorithm>

namespace prunescope::ui {

namespace {

const QString kNone = QStringLiteral("–");

QString rangeText(const Interval& interval) {
    return QStringLiteral("%1 – %2 %").arg(fixedText(100 * interval.low, 1), fixedText(100 * interval.high, 1));
}

QString pointsText(double points) {
    return (points > 0 ? QStringLiteral("+") : QString()) + fixedText(points, 1);
}

/// Difference to the first plan in the share of right answers, with its interval in points.
QString changeText(const model::TaskResult& result) {
    if (!result.paired || result.paired->questions == 0)
        return kNone;
    const model::PairedResult& paired = *result.paired;
    return QStringLiteral("%1  (%2 … %3)")
        .arg(pointsText(100 * paired.difference), pointsText(100 * paired.interval.low),
             pointsText(100 * paired.interval.high));
}

QString changeTip(const model::TaskResult& result) {
    if (!result.paired || result.paired->questions == 0)
        return PlanTable::tr("What the other plans are compared with");
    const model::PairedResult& paired = *result.paired;
    return PlanTable::tr("Points of right answers against plan A on the same %1, with the 95 % interval. Only A is "
                         "right: %2, only this one: %3. McNemar's exact p = %4. So many questions show differences of "
                         "%5 points and more.")
        .arg(counted(paired.questions, PlanTable::tr("%1 question"), PlanTable::tr("%1 questions")),
             countText(paired.onlyFirst), countText(paired.onlyHere), nonZeroText(paired.pValue, 3),
             fixedText(100 * paired.visible, 1));
}

QString rightText(const model::TaskResult& result) {
    return QStringLiteral("%1  (%2)").arg(percentText(result.accuracy()), rangeText(result.interval));
}

QString orNone(double value, const QString& text) {
    return value > 0 ? text : kNone;
}

} // namespace

PlanTable::PlanTable(QObject* parent) : QAbstractTableModel(parent) {}

void PlanTable::setPlans(const std::vector<std::string>& plans) {
    beginResetModel();
    m_results.assign(plans.size(), {});
    for (std::size_t i = 0; i < plans.size(); ++i)
        m_results[i].plan = plans[i];
    endResetModel();
}

void PlanTable::setResults(const std::vector<model::PlanResult>& results) {
    if (!std::ranges::equal(results, m_results, {}, &model::PlanResult::plan, &model::PlanResult::plan)) {
        beginResetModel();
        m_results = results;
        endResetModel();
    } else if (!results.empty()) {
        m_results = results; // the same rows: what is selected stays
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int PlanTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_results.size());
}

int PlanTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PlanTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    if (role == Qt::DisplayRole)
        return text(index.row(), column);
    if (role == Qt::ToolTipRole)
        return tip(index.row(), column);
    if (role == Qt::TextAlignmentRole)
        return QVariant((column == Plan ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return {};
}

QVariant PlanTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Plan ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const std::pair<QString, QString> titles[ColumnCount]{
        {tr("Plan"), tr("The pruning plan; the others are compared with the first")},
        {tr("Answers"), tr("Questions that were answered under the plan")},
        {tr("Right (95 %)"), tr("Share of answers that are right, with Wilson's interval")},
        {tr("Score"), tr("What the set's toolkit prints, or 100 times the mean score")},
        {tr("Against A, points"),
         tr("Change of the share of right answers against the first plan, on the same questions")},
        {tr("Kept"), tr("Visual tokens that enter the language layers, of all")},
        {tr("Prompt"), tr("Tokens of a prompt, on average")},
        {tr("First token"), tr("Time to the first token: median over whole prompts")},
        {tr("Speed-up"), tr("Of the time to the first token against the first plan, means without the first question")},
        {tr("A question"), tr("Time of a question, on average")}};
    return role == Qt::DisplayRole   ? titles[section].first
           : role == Qt::ToolTipRole ? QVariant(titles[section].second)
                                     : QVariant();
}

QString PlanTable::text(int row, Column column) const {
    const model::PlanResult& plan = m_results[static_cast<std::size_t>(row)];
    const qint64 answers = plan.all.questions;
    if (column == Plan)
        return planLetter(static_cast<std::size_t>(row)) + QStringLiteral("  ") + fromUtf8(plan.plan);
    if (column == Answers)
        return countText(answers);
    if (answers == 0)
        return kNone;
    const QString texts[ColumnCount]{
        {},
        {},
        rightText(plan.all),
        fixedText(plan.headline(), 1),
        changeText(plan.all),
        percentText(plan.keptShare),
        fixedText(plan.promptTokens, 0),
        orNone(plan.ttftMs, msText(plan.ttftMs)),
        plan.efficiency.questions == 0 ? kNone : fixedText(plan.efficiency.speedUp, 2) + QStringLiteral(" ×"),
        orNone(plan.totalMs, msText(plan.totalMs))};
    return texts[column];
}

QString PlanTable::tip(int row, Column column) const {
    const model::PlanResult& plan = m_results[static_cast<std::size_t>(row)];
    switch (column) {
    case Plan:
        return fromUtf8(plan.plan);
    case Change:
        return changeTip(plan.all);
    case Right:
        return tr("%1 of %2 right, %3 undecided (counted as wrong)")
            .arg(countText(plan.all.right), countText(plan.all.questions), countText(plan.all.undecided));
    case Score:
        return tr("95 % interval of the mean score, by drawing pictures anew: %1")
            .arg(rangeText(plan.all.pictureInterval));
    case Prompt:
        return tr("%1 tokens of %2 without pruning")
            .arg(fixedText(plan.promptTokens, 1), fixedText(plan.promptTokensFull, 1));
    default:
        return text(row, column);
    }
}

} // namespace prunescope::ui
