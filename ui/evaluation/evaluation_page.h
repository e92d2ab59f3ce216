#pragma once

#include "ui/evaluation/evaluation_job.h"
#include "ui/evaluation/evaluation_services.h"
#include "ui/evaluation/evaluation_setup.h"
#include "ui/workers/latest_job.h"

#include <QTemporaryDir>
#include <QWidget>
#include <functional>
#include <memory>
#include <optional>

class QLabel;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace prunescope::ui {

class MaskView;
class ModelSlot;
class Notices;
class ResultsPane;
class Segmented;
class SetupForm;

/// The page on which sets of questions are asked under several plans, with the model of the window. Meanwhile that
/// model is lent to the page. Whatever ends a run, the records of its answers are in their file, and it can be gone on
/// with. GUI thread.
class EvaluationPage : public QWidget {
    Q_OBJECT

public:
    /// All of them outlive the page.
    struct Parts {
        ModelSlot& model;
        const MaskView& mask;
        Notices& notices;
        EvaluationServices services;
    };
    explicit EvaluationPage(const Parts& parts, QWidget* parent = nullptr);
    ~EvaluationPage() override;

    SetupForm& form() { return *m_form; }
    const ResultsPane& results() const { return *m_results; }
    bool isRunning() const { return m_job.isRunning(); }
    /// Starts what the form says, or goes on with it. False where it can't be; the page says why.
    bool start();
    /// Ends the run within a token.
    void pause();
    /// Reason why nothing can be started, as one line that says what to do; empty: it can.
    QString whyNotStart() const;
    /// Writes what there is so far, off the GUI thread, and then calls `then`; what goes wrong becomes a notice.
    void writeReport(const QString& path, const std::function<void()>& then);
    /// What the head says, for tests and those who hear the window.
    QString stateText() const;

Q_SIGNALS:
    void closeWanted();
    void runningChanged(bool running);
    /// What was started, as `EvaluationSetup::toText`.
    void started(const QString& setup);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeHead();
    QLayout* makeStateLine(QWidget* parent);
    QWidget* makeTabs();
    QToolButton* makeButton(const QString& name, const QString& text, const QString& tip, QWidget* parent);
    void connectJob();
    void onEnded(bool interrupted, const QString& problem);
    void showTab(const QString& id);
    void refresh();
    void showState(const QString& title, const QString& text, bool isProblem);
    QString progressText() const;
    QString readyText() const;
    void chooseReport();
    void openReport();
    /// Makes the report of what there is so far; on any thread, since its intervals take time.
    std::function<model::SetReport()> report() const;

    /// How a run ended.
    struct End {
        bool interrupted = false;
        QString problem;
    };

    Parts m_parts;
    EvaluationJob m_job;
    EvaluationTask m_task;     ///< of the run whose results are shown; no set: none
    EvaluationSetup m_started; ///< what that was made of
    std::vector<std::string> m_plans;
    std::optional<nlohmann::ordered_json> m_setting;
    std::vector<model::SkippedRow> m_leftOut; ///< while it ran
    model::EvalProgress m_progress;
    std::optional<End> m_end;
    std::unique_ptr<QTemporaryDir> m_reports; ///< those that were only opened
    LatestJob m_reporting;

    QLabel* m_title;
    QLabel* m_text;
    QProgressBar* m_bar;
    QToolButton* m_start;
    QToolButton* m_open;
    QToolButton* m_save;
    Segmented* m_tabs;
    QStackedWidget* m_pages;
    SetupForm* m_form;
    ResultsPane* m_results;
};

} // namespace prunescope::ui
