#pragma once

#include "ui/evaluation/evaluation_job.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <map>

namespace prunescope::ui {

/// Questions of an evaluation in the order in which they were asked, with what came of them under each plan.
class AnswerTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Picture, Question, Expected, FirstPlan }; ///< then a column for each plan

    explicit AnswerTable(QObject* parent = nullptr);

    /// Begins anew.
    void setPlans(const std::vector<std::string>& plans);
    void add(const std::vector<SharedRecord>& records);
    std::size_t plans() const { return m_plans.size(); }
    const std::string& plan(std::size_t index) const { return m_plans.at(index); }
    /// The answer under a plan; null where it was not asked, or not yet.
    SharedRecord record(int row, std::size_t plan) const;
    /// Any answer to the question, for what does not depend on plans.
    const model::EvalRecord& question(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using Row = std::vector<SharedRecord>; ///< by plan

    void addRows(std::vector<Row> rows);
    QString text(int row, int column) const;

    std::vector<std::string> m_plans;
    std::vector<Row> m_rows;
    std::map<std::pair<std::int64_t, std::int64_t>, int> m_rowOf; ///< by picture and question
};

/// "✓ right", "✗ wrong", "✗ undecided", "◐ 0.63": what the scores make of an answer, in a word and a sign.
QString verdictText(const model::EvalRecord& record);
/// What would have been right.
QString expectedText(const model::AskedQuestion& asked);

/// The questions at which plans came out as somebody wants to see them.
class AnswerFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    enum class Kind { All, Disagree, OnlyLeft, OnlyRight, Wrong, Undecided };

    explicit AnswerFilter(AnswerTable& table, QObject* parent = nullptr);

    /// `left`, `right`: indices of the two plans that are looked at. `words`: that question, picture or an answer has.
    void show(Kind kind, std::size_t left, std::size_t right, const QString& words);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    bool isOfKind(int row) const;
    bool hasWords(int row) const;

    AnswerTable& m_table;
    Kind m_kind = Kind::All;
    std::size_t m_left = 0;
    std::size_t m_right = 0;
    QString m_words;
};

} // namespace prunescope::ui
