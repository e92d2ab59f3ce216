#pragma once

#include "ui/evaluation/answer_table.h"
#include "ui/workers/latest_job.h"

#include <QTimer>
#include <QWidget>

class QTableView;

namespace prunescope::ui {

class AnswersPane;
class PlanTable;

/// The results of an evaluation as they come: plans in a table above, questions below. Sums and intervals are computed
/// off the GUI thread, so often as that is quick.
class ResultsPane : public QWidget {
    Q_OBJECT

public:
    explicit ResultsPane(QWidget* parent = nullptr);

    /// Begins anew.
    void start(std::shared_ptr<const model::QuestionSet> set, const std::vector<std::string>& plans);
    void add(const std::vector<SharedRecord>& records);
    /// Computes what is left to compute, at once.
    void finish();

    const std::vector<SharedRecord>& records() const { return m_records; }
    const PlanTable& plans() const { return *m_plans; }
    const AnswersPane& answers() const { return *m_answers; }
    /// Whether the tables show all records.
    bool isIdle() const { return m_summary.isIdle() && m_shown == m_records.size(); }

private:
    QTableView* makePlans();
    void fitPlans();
    void schedule();
    void summarise();

    std::shared_ptr<const model::QuestionSet> m_set;
    std::vector<std::string> m_names; ///< of plans
    std::vector<SharedRecord> m_records;
    std::size_t m_shown = 0; ///< of them, in the table of plans
    double m_lastMs = 0;     ///< that the last summary took
    PlanTable* m_plans;
    QTableView* m_planView;
    AnswersPane* m_answers;
    QTimer m_wait;
    LatestJob m_summary;
};

} // namespace prunescope::ui
