#pragma once

#include <QAction>
#include <QDockWidget>
#include <QString>
#include <span>

namespace prunescope::ui {

class Session;
class WindowActions;

/// A dock with a title of our own: small capitals, and a button that closes it.
class Panel : public QDockWidget {
    Q_OBJECT

public:
    /// `name` is where its place is remembered under; it never changes and is not shown.
    Panel(const QString& name, const QString& title, QWidget* parent = nullptr);

    /// Adds a widget to the right end of the title, before the close button.
    void addTitleWidget(QWidget* widget);
    /// Entry of a menu: brings the panel up, also from behind another tab, with the keyboard in it; closes it where it
    /// is in front. Checked while it is.
    QAction* menuAction() const { return m_menuAction; }
    /// Shows the panel in front of the others.
    void bringUp();

protected:
    /// Gives the keyboard to what one wants first in it; the first that takes it.
    virtual void focusContent();

private:
    QWidget* m_title;
    QAction* m_menuAction;
};

/// One panel of the window.
struct PanelEntry {
    const char* name;        ///< of the dock, in the settings
    Qt::DockWidgetArea area; ///< where it is at first
    bool open;               ///< at first
    Panel* (*make)(Session& session, WindowActions& actions, QWidget* parent);
};

/// All panels, in the order in which they are put into the window.
std::span<const PanelEntry> panels();

} // namespace prunescope::ui
