#pragma once

#include "core/records/interaction_record.h"

#include <QAbstractTableModel>
#include <vector>

namespace prunescope::ui {

/// Questions of the log, newest first. Values that a record lacks are blank.
class HistoryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Question, Picture, Plan, Kept, FirstToken, Answer, ColumnCount };

    explicit HistoryModel(QObject* parent = nullptr);

    /// `records`: oldest first, as in the log.
    void setRecords(const std::vector<InteractionRecord>& records);
    void add(const InteractionRecord& record);
    const InteractionRecord& record(int row) const;
    /// The whole record for reading.
    QString html(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const InteractionRecord& record, Column column) const;

    std::vector<InteractionRecord> m_records; ///< oldest first: adding is cheap
};

} // namespace prunescope::ui
