#pragma once

#include "ui/capture/screen_grabber.h"

#include <QObject>
#include <QStringList>
#include <functional>
#include <memory>

class QMenu;
class QMimeData;
class QWidget;

namespace prunescope::ui {

class Notices;
class OpenImage;
class WindowSettings;
struct Sample;

/// Every way a picture comes in, but for the command line: file dialog, recent files, samples, paste, drop, capture.
/// GUI thread.
class PictureInput : public QObject {
    Q_OBJECT

public:
    /// Objects that this reads into and acts on; all of them outlive this.
    struct Parts {
        OpenImage& image;
        Notices& notices;
        WindowSettings& settings;
        QWidget* window; ///< parent of dialogs; hides itself while the screen is captured
        GrabberMaker makeGrabber;
    };
    explicit PictureInput(const Parts& parts);

    void chooseFile();
    void openFiles(const QStringList& paths);
    void paste();
    /// Whether `take` could find a picture in it.
    static bool holdsPicture(const QMimeData* data);
    /// Opens the picture in pasted or dropped data; a notice when there is none, or no data at all.
    void take(const QMimeData* data);
    /// Captures the screen; does nothing while it is being captured already.
    void capture(const QString& sourceId = {});

    void fillRecentMenu(QMenu& menu);
    void fillCaptureMenu(QMenu& menu);
    void openSample(const Sample& sample);
    void fillSampleMenu(QMenu& menu);

private:
    void remember();
    void grab(const QString& sourceId);
    void endCapture();
    void showAgain();

    const Parts m_parts;
    std::unique_ptr<ScreenGrabber> m_grabber; ///< until it has answered
    Qt::WindowStates m_stateBefore;
};

} // namespace prunescope::ui
