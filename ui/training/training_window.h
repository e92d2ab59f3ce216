#pragma once

#include "ui/training/training_follower.h"
#include "ui/training/training_job.h"
#include "ui/training/training_state.h"

#include <QDialog>

class QLabel;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace prunescope::ui {

class TrainingCharts;
class TrainingFacts;

/// Follows a training run while it goes on, started here or anywhere else. Closing it stops nothing. GUI thread.
class TrainingWindow : public QDialog {
    Q_OBJECT

public:
    /// `program` runs `train CONFIG`.
    explicit TrainingWindow(const QString& program, QWidget* parent = nullptr);

    /// A run folder or its progress.jsonl.
    void follow(const QString& folderOrFile);
    /// Starts a training, and follows it where the config says where it writes.
    void start(const QString& configPath);
    void chooseRun();
    void chooseConfig();

    bool isTraining() const { return m_job->isRunning(); }
    const TrainingFollower& follower() const { return *m_follower; }
    const TrainingState& state() const { return m_state; }

Q_SIGNALS:
    /// Emitted when the user wants to ask the model that a finished run has made.
    void modelChosen(const QString& folder);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeEmpty();
    QWidget* makeRun();
    QWidget* makeJobLine();
    QToolButton* makeButton(const QString& text, const QString& tip);
    void chooseFile();
    void refresh();
    void refreshState();
    void refreshJob();
    void showPath();
    /// Folder of the model that the run has made; empty: none, or it is gone.
    QString finishedModel() const;

    TrainingFollower* m_follower;
    TrainingJob* m_job;
    TrainingState m_state;
    QString m_followProblem; ///< why the run that was started here cannot be followed
    QLabel* m_stateIcon;
    QLabel* m_stateTitle;
    QLabel* m_stateText;
    QLabel* m_pathText;
    QToolButton* m_load;
    QProgressBar* m_bar;
    QStackedWidget* m_pages;
    TrainingCharts* m_charts;
    TrainingFacts* m_facts;
    QWidget* m_jobLine;
    QLabel* m_jobText;
    QToolButton* m_stop;
};

} // namespace prunescope::ui
