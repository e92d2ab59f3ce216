#pragma once

#include "model/eval/eval_report.h"

#include <QAbstractTableModel>
#include <vector>

namespace prunescope::ui {

/// What plans have reached so far, a row each; the first is what the others are compared with.
class PlanTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Plan, Answers, Right, Score, Change, Kept, Prompt, FirstToken, SpeedUp, Total, ColumnCount };

    explicit PlanTable(QObject* parent = nullptr);

    /// Plans of which nothing is known yet.
    void setPlans(const std::vector<std::string>& plans);
    /// The results of the same plans, or of others.
    void setResults(const std::vector<model::PlanResult>& results);
    const std::vector<model::PlanResult>& results() const { return m_results; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(int row, Column column) const;
    QString tip(int row, Column column) const;

    std::vector<model::PlanResult> m_results;
};

} // namespace prunescope::ui
