#pragma once

#include "ui/panels/listed_model.h"
#include "ui/store/history_query.h"

#include <unordered_map>
#include <vector>

namespace prunescope::ui {

class History;

/// The questions of the log, as many as there are: the list holds their numbers, and rows are read from the index when
/// somebody looks at them. A cell is empty until its row has come. Columns are those of HistoryColumn.
class HistoryModel : public ListedModel {
    Q_OBJECT

public:
    static constexpr int kColumns = static_cast<int>(HistoryColumn::Answer) + 1;

    /// `history` outlives this.
    explicit HistoryModel(History& history, QObject* parent = nullptr);

    /// Asks the index again; `found` when the list is that of the answer.
    void refresh();
    /// Words that are searched; none: all questions.
    void setWords(const QString& words);
    const QString& words() const { return m_query.words; }
    void sort(int column, Qt::SortOrder order) override;
    /// Whether the list is still being found.
    bool isFinding() const { return m_finding > 0; }

    /// The number of the line in that row.
    qint64 lineAt(int row) const { return idAt(row); }

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void found();

protected:
    void fetch(const std::vector<qint64>& ids, std::function<void()> done) override;

private:
    void keep(const std::vector<HistoryRow>& rows);
    const RecordSummary* shown(int row) const;
    void makeRoom();

    History& m_history;
    HistoryQuery m_query;
    std::unordered_map<qint64, RecordSummary> m_rows; ///< those that were looked at last, by their line
    int m_finding = 0;
};

} // namespace prunescope::ui
