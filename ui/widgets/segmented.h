#pragma once

#include <QStringList>
#include <QWidget>

class QAction;
class QButtonGroup;
class QMenu;
class QToolButton;

namespace prunescope::ui {

/// A row of buttons of which one is chosen; arrow keys move the choice. What is chosen less often is in a menu at the
/// end, whose button shows the choice.
class Segmented : public QWidget {
    Q_OBJECT

public:
    explicit Segmented(QWidget* parent = nullptr);
    void add(const QString& id, const QString& title, const QString& tip);
    /// Names the button of an entry anew.
    void setTitle(const QString& id, const QString& title);
    /// Begins the menu, after all buttons; `title` and `tip` are its button's while nothing in it is chosen.
    void addMenu(const QString& title, const QString& tip);
    /// Adds an entry to the menu.
    void addMore(const QString& id, const QString& title, const QString& tip);
    QString current() const { return m_current; }
    /// Chooses an entry without emitting `chosen`. An unknown id changes nothing.
    void setCurrent(const QString& id);

Q_SIGNALS:
    /// Emitted when the user chooses an entry.
    void chosen(const QString& id);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QToolButton* addButton(const QString& title, const QString& tip);
    void widenMore(const QString& title);
    void showMore(const QAction* action);
    void choose(const QString& id);
    void styleEnds();

    QButtonGroup* m_group;
    QToolButton* m_more = nullptr;
    QMenu* m_menu = nullptr;
    QString m_moreTitle;
    QString m_moreTip;
    QStringList m_ids; ///< in the order of the arrow keys
    QString m_current;
};

} // namespace prunescope::ui
