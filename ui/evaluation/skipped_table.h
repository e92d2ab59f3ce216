#pragma once

#include "model/datasets/question_set.h"

#include <QAbstractTableModel>
#include <vector>

namespace prunescope::ui {

/// Rows of a set that can't be asked, with the reasons.
class SkippedTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Where, Reason, ColumnCount };

    explicit SkippedTable(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setRows(std::vector<model::SkippedRow> rows);
    void add(const std::vector<model::SkippedRow>& rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<model::SkippedRow> m_rows;
};

} // namespace prunescope::ui
