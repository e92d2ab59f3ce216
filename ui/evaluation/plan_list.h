#pragma once

#include <QStringList>
#include <QWidget>
#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;
class QVBoxLayout;

namespace prunescope::ui {

/// Editor of several plans as text, in the language of `--plan`: a line each, with a menu of plans to begin with. What
/// is wrong with a line stands below it.
class PlanList : public QWidget {
    Q_OBJECT

public:
    /// `windowPlan`: the plan that the window shows.
    explicit PlanList(std::function<QString()> windowPlan, QWidget* parent = nullptr);

    void setPlans(const QStringList& plans);
    QStringList plans() const;
    /// Adds a line.
    void add(const QString& plan);
    /// What is wrong with the first line with which something is; empty: nothing.
    QString problem() const;

Q_SIGNALS:
    void changed();

private:
    struct Line {
        QWidget* widget;
        QLabel* letter;
        QLineEdit* edit;
        QToolButton* remove;
        QLabel* problem;
    };
    Line makeLine();
    void remove(const QWidget* line);
    void addPresets(QMenu& menu);
    void addMethods(QMenu& menu, int place, const QString& title);
    void refresh();

    std::function<QString()> m_windowPlan;
    std::vector<Line> m_lines;
    QVBoxLayout* m_layout;
    QToolButton* m_add;
};

} // namespace prunescope::ui
