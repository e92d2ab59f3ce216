#pragma once

#include "ui/evaluation/evaluation_services.h"
#include "ui/evaluation/set_check.h"
#include "ui/workers/latest_job.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace prunescope::ui {

class PlanList;
class SkippedTable;

/// What is to be evaluated: the set, how it is asked, plans, the file of records; and what a look through the set has
/// found, which follows each change.
class SetupForm : public QWidget {
    Q_OBJECT

public:
    /// `services` outlives this; `windowPlan`: the plan that the window shows.
    SetupForm(const EvaluationServices& services, std::function<QString()> windowPlan, QWidget* parent = nullptr);

    EvaluationSetup setup() const;
    void setSetup(const EvaluationSetup& setup);
    /// Chooses a set: a file, a folder or `screens:...`.
    void setData(const QString& text);
    /// The last look at the set; what it says is of use where `isChecked`.
    const SetCheck& check() const { return m_check; }
    /// Whether the set was looked through as it stands here.
    bool isChecked() const { return m_job.isIdle() && !m_wait.isActive() && m_check.setup.hasSetOf(setup()); }
    /// Looks through the set, at once.
    void look();
    /// Why this can't be started, as one line that says what to do; empty: it can.
    QString whyNot() const;
    /// Rows that could not be asked after all.
    void addSkipped(const std::vector<model::SkippedRow>& rows);
    qint64 skipped() const;
    /// How many answers the file of records holds by now.
    void setRecorded(qint64 answers);
    /// Whether nothing may be changed, because it runs. Forgets rows that an earlier run could not ask.
    void setLocked(bool locked);

Q_SIGNALS:
    void changed(); ///< what is to be evaluated, or what is known of it

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeFields();
    QWidget* makeSetLine(QWidget* parent);
    QWidget* makeNumbers(QWidget* parent);
    QWidget* makeRecordsLine(QWidget* parent);
    QWidget* makeFindings();
    QLineEdit* makeEdit(const QString& name, const QString& accessibleName, const QString& placeholder,
                        QWidget* parent);
    void chooseSet(bool folder);
    void chooseRecords();
    void onEdited();
    void take(const SetCheck& check);
    void showFindings();

    const EvaluationServices& m_services;
    SetCheck m_check;
    EvaluationSetup m_wanted; ///< the last one that was looked at, or is going to be
    QWidget* m_fields;
    QLineEdit* m_data;
    QLineEdit* m_setName;
    QComboBox* m_style;
    QSpinBox* m_limit;
    QSpinBox* m_maxTokens;
    PlanList* m_plans;
    QLineEdit* m_records;
    QLabel* m_recordsHint;
    QLabel* m_found;
    QLabel* m_notes;
    QLabel* m_skippedTitle;
    SkippedTable* m_skipped;
    QTimer m_wait; ///< for the end of what is being typed
    LatestJob m_job;
};

} // namespace prunescope::ui
