#pragma once

#include "ui/evaluation/evaluation_job.h"

#include <QImage>
#include <QWidget>

class QComboBox;
class QLabel;

namespace prunescope::ui {

class AnswerPicture;

/// What one plan makes of a question: the picture with what it dropped, the answer, whether that is right, and its
/// cost.
class AnswerView : public QWidget {
    Q_OBJECT

public:
    /// `name`: of the side, for those who hear the window.
    explicit AnswerView(const QString& name, QWidget* parent = nullptr);

    void setPlans(const std::vector<std::string>& plans, std::size_t current);
    std::size_t plan() const;
    /// Null: the question was not asked under the plan, or none is chosen.
    void setRecord(const SharedRecord& record);
    const SharedRecord& record() const { return m_record; }
    /// The picture of the record with its mask. `expected`: whether the right place lies on it.
    void setPicture(const QImage& picture, Size size, bool expected);
    void setNoPicture(const QString& why);
    QString text() const;

Q_SIGNALS:
    void planChosen();

private:
    void showVerdict();
    QString figures() const;

    SharedRecord m_record;
    QComboBox* m_plans;
    AnswerPicture* m_picture;
    QLabel* m_verdict;
    QLabel* m_answer;
    QLabel* m_figures;
};

} // namespace prunescope::ui
