#include "ui/evaluation/results_pane.h"

#include "core/base/stage_times.h"
#include "model/scores/set_rule.h"
#include "ui/evaluation/answers_pane.h"
#include "ui/evaluation/plan_table.h"
#include "ui/widgets/tables.h"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kLeastWaitMs = 300;
constexpr double kWaitFactor = 3; ///< of what a summary takes: most of the machine is for the model
constexpr int kMostRows = 6;      ///< of plans that are seen without scrolling

struct Summary {
    std::vector<model::PlanResult> results;
    std::size_t records = 0;
    double ms = 0;
};

Summary summaryOf(const std::vector<SharedRecord>& shared, const std::vector<std::string>& plans, const SetRule* rule) {
    const Stopwatch watch;
    std::vector<model::EvalRecord> records;
    records.reserve(shared.size());
    for (const SharedRecord& record : shared)
        records.push_back(*record);
    return {model::summarise(records, plans, rule), shared.size(), watch.ms()};
}

} // namespace

ResultsPane::ResultsPane(QWidget* parent)
    : QWidget(parent), m_plans(new PlanTable(this)), m_planView(makePlans()), m_answers(new AnswersPane(this)) {
    setObjectName(QStringLiteral("results"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_planView);
    layout->addWidget(m_answers, 1);
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &ResultsPane::summarise);
}

QTableView* ResultsPane::makePlans() {
    QTableView* view = makeTable(m_plans, tr("Plans"), this);
    view->setObjectName(QStringLiteral("plans"));
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view->horizontalHeader()->setSectionResizeMode(PlanTable::Plan, QHeaderView::Stretch);
    view->setTextElideMode(Qt::ElideRight);
    return view;
}

void ResultsPane::fitPlans() {
    const int rows = std::clamp(m_plans->rowCount(), 1, kMostRows);
    const int frame = 2 * m_planView->frameWidth();
    m_planView->setFixedHeight(m_planView->horizontalHeader()->sizeHint().height() + frame +
                               rows * m_planView->verticalHeader()->defaultSectionSize());
}

void ResultsPane::start(std::shared_ptr<const model::QuestionSet> set, const std::vector<std::string>& plans) {
    m_summary.cancel();
    m_wait.stop();
    m_set = std::move(set);
    m_names = plans;
    m_records.clear();
    m_shown = 0;
    m_plans->setPlans(plans);
    m_answers->start(m_set, plans);
    fitPlans();
}

void ResultsPane::add(const std::vector<SharedRecord>& records) {
    m_records.insert(m_records.end(), records.begin(), records.end());
    m_answers->add(records);
    schedule();
}

void ResultsPane::schedule() {
    if (!m_wait.isActive() && m_summary.isIdle())
        m_wait.start(std::max(kLeastWaitMs, static_cast<int>(kWaitFactor * m_lastMs)));
}

void ResultsPane::finish() {
    m_wait.stop();
    if (m_shown < m_records.size())
        summarise();
}

void ResultsPane::summarise() {
    m_summary.start([records = m_records, plans = m_names,
                     rule = setRule(m_set->name())] { return summaryOf(records, plans, rule); },
                    [this](const Summary& summary) {
                        m_plans->setResults(summary.results);
                        m_shown = summary.records;
                        m_lastMs = summary.ms;
                        if (m_shown < m_records.size())
                            schedule();
                    });
}

} // namespace prunescope::ui
