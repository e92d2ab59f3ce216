#include "ui/evaluation/answer_table.h"

#include "ui/evaluation/evaluation_setup.h"
#include "ui/style/format.h"
#include "ui/style/plan_look.h"

#include <algorithm>
#include <iterator>

namespace prunescope::ui {

namespace {

QString oneLine(const std::string& text) {
    return fromUtf8(text).simplified();
}

QString signOf(const model::EvalRecord& record) {
    return record.isRight() ? QStringLiteral("✓") : record.score() > 0 ? QStringLiteral("◐") : QStringLiteral("✗");
}

} // namespace

QString verdictText(const model::EvalRecord& record) {
    const QString word = record.isRight()     ? AnswerTable::tr("right")
                         : !record.decided    ? AnswerTable::tr("undecided")
                         : record.formatError ? AnswerTable::tr("wrong form")
                         : record.score() > 0 ? fixedText(record.score(), 2)
                                              : AnswerTable::tr("wrong");
    return signOf(record) + QLatin1Char(' ') + word;
}

QString expectedText(const model::AskedQuestion& asked) {
    QStringList texts{fromUtf8(asked.answer)};
    for (const std::string& other : asked.otherAnswers)
        texts << fromUtf8(other);
    return texts.join(QStringLiteral(" / "));
}

AnswerTable::AnswerTable(QObject* parent) : QAbstractTableModel(parent) {}

void AnswerTable::setPlans(const std::vector<std::string>& plans) {
    beginResetModel();
    m_plans = plans;
    m_rows.clear();
    m_rowOf.clear();
    endResetModel();
}

void AnswerTable::add(const std::vector<SharedRecord>& records) {
    const int before = rowCount();
    int first = before, last = -1; // of the rows that have changed
    std::vector<Row> fresh;        // added at once: a run that goes on brings thousands
    for (const SharedRecord& record : records) {
        const auto plan = std::ranges::find(m_plans, record->plan);
        if (plan == m_plans.end())
            continue; // another program's
        const int next = before + static_cast<int>(fresh.size());
        const auto [found, isNew] = m_rowOf.try_emplace({record->picture, record->question}, next);
        if (isNew)
            fresh.emplace_back(m_plans.size());
        const int row = found->second;
        Row& answers =
            row < before ? m_rows[static_cast<std::size_t>(row)] : fresh[static_cast<std::size_t>(row - before)];
        answers[static_cast<std::size_t>(plan - m_plans.begin())] = record;
        if (row < before) {
            first = std::min(first, row);
            last = std::max(last, row);
        }
    }
    addRows(std::move(fresh));
    if (first <= last)
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
}

void AnswerTable::addRows(std::vector<Row> rows) {
    if (rows.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
    std::ranges::move(rows, std::back_inserter(m_rows));
    endInsertRows();
}

SharedRecord AnswerTable::record(int row, std::size_t plan) const {
    const Row& answers = m_rows.at(static_cast<std::size_t>(row));
    return plan < answers.size() ? answers[plan] : nullptr;
}

const model::EvalRecord& AnswerTable::question(int row) const {
    const Row& answers = m_rows.at(static_cast<std::size_t>(row));
    return **std::ranges::find_if(answers, [](const SharedRecord& record) { return record != nullptr; });
}

int AnswerTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AnswerTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : FirstPlan + static_cast<int>(m_plans.size());
}

QVariant AnswerTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return text(index.row(), index.column());
    return {};
}

QVariant AnswerTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const QString titles[FirstPlan]{tr("Picture"), tr("Question"), tr("Expected")};
    const auto plan = static_cast<std::size_t>(std::max(0, section - FirstPlan));
    if (role == Qt::DisplayRole)
        return section < FirstPlan ? titles[section] : planLetter(plan);
    if (role == Qt::ToolTipRole && section >= FirstPlan)
        return fromUtf8(m_plans[plan]);
    return {};
}

QString AnswerTable::text(int row, int column) const {
    const model::EvalRecord& asked = question(row);
    switch (column) {
    case Picture:
        return shortName(fromUtf8(asked.image));
    case Question:
        return oneLine(asked.asked.question);
    case Expected:
        return expectedText(asked.asked).simplified();
    default:
        const SharedRecord answer = record(row, static_cast<std::size_t>(column - FirstPlan));
        return answer ? signOf(*answer) + QLatin1Char(' ') + oneLine(answer->answer) : QStringLiteral("–");
    }
}

AnswerFilter::AnswerFilter(AnswerTable& table, QObject* parent) : QSortFilterProxyModel(parent), m_table(table) {
    setSourceModel(&table);
}

void AnswerFilter::show(Kind kind, std::size_t left, std::size_t right, const QString& words) {
    m_kind = kind;
    m_left = left;
    m_right = right;
    m_words = words.simplified();
    invalidateFilter();
}

bool AnswerFilter::filterAcceptsRow(int row, const QModelIndex&) const {
    return isOfKind(row) && hasWords(row);
}

bool AnswerFilter::isOfKind(int row) const {
    const SharedRecord left = m_table.record(row, m_left), right = m_table.record(row, m_right);
    switch (m_kind) {
    case Kind::All:
        return true;
    case Kind::Disagree:
        return left && right && left->score() != right->score();
    case Kind::OnlyLeft:
        return left && right && left->isRight() && !right->isRight();
    case Kind::OnlyRight:
        return left && right && !left->isRight() && right->isRight();
    case Kind::Wrong:
        return (left && !left->isRight()) || (right && !right->isRight());
    case Kind::Undecided:
        return (left && !left->decided) || (right && !right->decided);
    }
    return true;
}

bool AnswerFilter::hasWords(int row) const {
    if (m_words.isEmpty())
        return true;
    for (int column = 0; column < m_table.columnCount(); ++column)
        if (m_table.index(row, column).data().toString().contains(m_words, Qt::CaseInsensitive))
            return true;
    return false;
}

} // namespace prunescope::ui
