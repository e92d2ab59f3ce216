#include "ui/evaluation/skipped_table.h"

#include "ui/style/format.h"

#include <utility>

namespace prunescope::ui {

void SkippedTable::setRows(std::vector<model::SkippedRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void SkippedTable::add(const std::vector<model::SkippedRow>& rows) {
    if (rows.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
    m_rows.insert(m_rows.end(), rows.begin(), rows.end());
    endInsertRows();
}

int SkippedTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SkippedTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SkippedTable::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const model::SkippedRow& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return index.column() == Where ? shortName(fromUtf8(row.where)) : fromUtf8(row.reason);
    if (role == Qt::ToolTipRole)
        return fromUtf8(index.column() == Where ? row.where : row.reason);
    return {};
}

QVariant SkippedTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Where ? tr("Row") : section == Reason ? tr("Why it can't be asked") : QVariant();
}

} // namespace prunescope::ui
