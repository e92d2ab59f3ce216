#pragma once

#include <QObject>
#include <QStringList>

class QMenu;
class QMimeData;
class QWidget;

namespace prunescope::ui {

class WindowSettings;
class Workspace;
struct Sample;

/// Every way a picture comes in, but for the command line: file dialog, recent files, samples, paste, drop, capture.
/// GUI thread.
class PictureInput : public QObject {
    Q_OBJECT

public:
    /// `window` is the parent of dialogs, and hides itself while the screen is captured.
    PictureInput(Workspace& workspace, WindowSettings& settings, QWidget* window);

    void chooseFile();
    void openFiles(const QStringList& paths);
    void paste();
    /// Whether `take` could find a picture in it.
    static bool holdsPicture(const QMimeData* data);
    /// Opens the picture in pasted or dropped data; a notice when there is none, or no data at all.
    void take(const QMimeData* data);
    void capture(const QString& sourceId = {});

    void fillRecentMenu(QMenu& menu);
    void fillCaptureMenu(QMenu& menu);
    static void openSample(Workspace& workspace, const Sample& sample);
    static void fillSampleMenu(QMenu& menu, Workspace& workspace);

private:
    void grab(const QString& sourceId);
    void showAgain();
    void complain(const QString& message);

    Workspace& m_workspace;
    WindowSettings& m_settings;
    QWidget* m_window;
    Qt::WindowStates m_stateBefore;
};

} // namespace prunescope::ui
