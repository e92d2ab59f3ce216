#pragma once

#include <QAbstractTableModel>
#include <QSet>
#include <functional>
#include <vector>

namespace prunescope::ui {

/// A table of rows of the database, as many as there are: it holds their numbers, and rows are read when somebody looks
/// at them. GUI thread.
class ListedModel : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// The number of what is in that row, and back: -1 where it is not in the list.
    qint64 idAt(int row) const { return m_ids.at(static_cast<std::size_t>(row)); }
    int rowOf(qint64 id) const;
    int rowCount(const QModelIndex& parent = {}) const override;

protected:
    /// What both lists begin and end with stays, and with it what is selected there. Lists that differ in more than
    /// rows that came or went are two.
    void setIds(std::vector<qint64> ids);
    /// Reads the rows around that one, unless they are being read. May be called while data is asked for.
    void fetchAround(int row);
    /// Every cell may be another one.
    void tellRows();
    /// Reads rows, and calls `done` when they are there.
    virtual void fetch(const std::vector<qint64>& ids, std::function<void()> done) = 0;

private:
    std::vector<qint64> m_ids;
    QSet<int> m_fetching; ///< blocks of rows
};

} // namespace prunescope::ui
