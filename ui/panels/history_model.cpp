#include "ui/panels/history_model.h"

#include "ui/panels/history_html.h"
#include "ui/store/history.h"
#include "ui/style/format.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr std::size_t kMostRows = 2048; // answers may be long

QString text(const RecordSummary& shown, HistoryColumn column) {
    switch (column) {
    case HistoryColumn::Time:
        return localTime(shown.time);
    case HistoryColumn::Question:
        return fromUtf8(shown.question);
    case HistoryColumn::Picture:
        return fromUtf8(shown.pictures);
    case HistoryColumn::Plan:
        return fromUtf8(shown.plan);
    case HistoryColumn::Kept:
        return keptText(shown);
    case HistoryColumn::FirstToken:
        return firstTokenText(shown);
    case HistoryColumn::Answer:
        return fromUtf8(shown.answer);
    }
    return {};
}

} // namespace

HistoryModel::HistoryModel(History& history, QObject* parent) : ListedModel(parent), m_history(history) {}

// The list ------------------------------------------------------------------------------------------------------------

void HistoryModel::refresh() {
    ++m_finding;
    m_history.find(this, m_query, [this, query = m_query](const History::Found& found) {
        --m_finding;
        if (query == m_query) { // else another answer is on its way
            makeRoom();
            keep(found.first);
            setIds(found.lines);
        }
        if (!isFinding())
            Q_EMIT this->found();
    });
}

void HistoryModel::setWords(const QString& words) {
    if (words == m_query.words)
        return;
    m_query.words = words;
    refresh();
}

void HistoryModel::sort(int column, Qt::SortOrder order) {
    HistoryQuery query = m_query;
    query.column = static_cast<HistoryColumn>(std::clamp(column, 0, kColumns - 1));
    query.order = order;
    if (query == std::exchange(m_query, query))
        return; // also what a view asks for when it is made, before anybody has looked
    refresh();
}

// Rows ----------------------------------------------------------------------------------------------------------------

void HistoryModel::keep(const std::vector<HistoryRow>& rows) {
    for (const HistoryRow& row : rows)
        m_rows.insert_or_assign(row.line, row.shown);
}

const RecordSummary* HistoryModel::shown(int row) const {
    const auto found = m_rows.find(lineAt(row));
    if (found != m_rows.end())
        return &found->second;
    const_cast<HistoryModel*>(this)->fetchAround(row); // as views ask: from the first cell that is painted
    return nullptr;
}

void HistoryModel::fetch(const std::vector<qint64>& ids, std::function<void()> done) {
    makeRoom();
    m_history.readRows(this, ids, [this, ids, done = std::move(done)](const std::vector<HistoryRow>& rows) {
        keep(rows);
        for (const qint64 line : ids)
            m_rows.try_emplace(line); // another window has deleted it: blank until the next update
        done();
    });
}

void HistoryModel::makeRoom() {
    if (m_rows.size() > kMostRows)
        m_rows.clear(); // what is in view comes again at once
}

// As a table ----------------------------------------------------------------------------------------------------------

int HistoryModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<HistoryColumn>(index.column());
    const bool isText = column == HistoryColumn::Question || column == HistoryColumn::Answer;
    if (role != Qt::DisplayRole && !(role == Qt::ToolTipRole && isText))
        return {};
    const RecordSummary* row = shown(index.row());
    if (!row)
        return QString();
    QString cell = text(*row, column);
    return role == Qt::DisplayRole ? cell.replace(QLatin1Char('\n'), QLatin1Char(' ')) : cell;
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString titles[kColumns]{tr("Time"), tr("Question"),    tr("Picture"), tr("Plan"),
                                   tr("Kept"), tr("First token"), tr("Answer")};
    return section >= 0 && section < kColumns ? titles[section] : QVariant();
}

} // namespace prunescope::ui
