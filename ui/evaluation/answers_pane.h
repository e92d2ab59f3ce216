#pragma once

#include "ui/evaluation/answer_table.h"
#include "ui/workers/latest_job.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QTableView;
class QToolButton;

namespace prunescope::ui {

class AnswerView;

/// The questions of an evaluation, and of the one that is chosen the picture, the masks and answers of two plans side
/// by side. Pictures are read again from the set, off the GUI thread.
class AnswersPane : public QWidget {
    Q_OBJECT

public:
    explicit AnswersPane(QWidget* parent = nullptr);

    /// Begins anew.
    void start(std::shared_ptr<const model::QuestionSet> set, const std::vector<std::string>& plans);
    void add(const std::vector<SharedRecord>& records);
    const AnswerTable& answers() const { return *m_answers; }
    bool isIdle() const { return m_load.isIdle(); }

Q_SIGNALS:
    void becameIdle();

private:
    struct Shown {
        QImage left, right;
        Size size;
    };
    QWidget* makeList();
    QWidget* makeFilters();
    QWidget* makeDetail();
    QWidget* makeQuestion();
    void filter();
    void showCount();
    void showQuestion();
    void showPictures();
    void setPictures(const Shown& shown, bool isFirst);
    int currentRow() const;

    std::shared_ptr<const model::QuestionSet> m_set;
    AnswerTable* m_answers;
    AnswerFilter* m_filter;
    QTableView* m_list;
    QComboBox* m_kind;
    QLineEdit* m_words;
    QLabel* m_count;
    QLabel* m_question;
    QLabel* m_expected;
    QSpinBox* m_picture;
    QToolButton* m_masks;
    AnswerView* m_left;
    AnswerView* m_right;
    LatestJob m_load;
};

} // namespace prunescope::ui
