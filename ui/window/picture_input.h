#pragma once

#include "ui/capture/capturer.h"

#include <QObject>
#include <QStringList>
#include <chrono>

class QMenu;
class QMimeData;
class QWidget;

namespace prunescope::ui {

class Notices;
class MaskView;
class OpenDocument;
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
        OpenDocument& document;
        MaskView& mask; ///< says how many tokens a region would be
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
    /// Captures; does nothing while something is being captured already.
    void capture(const CaptureTarget& target = {});
    Capturer& capturer() { return *m_capturer; }

    void fillRecentMenu(QMenu& menu);
    /// What can be captured here and now, after a delay or live.
    void fillCaptureMenu(QMenu& menu);
    void openSample(const Sample& sample);
    void fillSampleMenu(QMenu& menu);

private:
    void openFile(const QString& path);
    void remember();
    void makeCapturer();
    void open(const Capture& capture);
    void addTargets(QMenu& menu, const ScreenGrabber& grabber);
    void addRepeats(QMenu& menu);
    void addDelays(QMenu& menu);
    void addIntervals(QMenu& menu);

    const Parts m_parts;
    Capturer* m_capturer = nullptr;
    std::chrono::milliseconds m_delay{0}; ///< before a capture
    bool m_opensCapture = false;          ///< right now
};

} // namespace prunescope::ui
