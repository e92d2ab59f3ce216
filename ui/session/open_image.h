#pragma once

#include "core/image/screenshot.h"
#include "ui/capture/capture.h"
#include "ui/session/picture_levels.h"
#include "ui/workers/latest_job.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <functional>

namespace prunescope::ui {

/// The screenshot that is open, with smaller copies for painting. Read off the GUI thread: the one that is there stays
/// until the new one is ready, and when that can't be read. GUI thread.
class OpenImage : public QObject {
    Q_OBJECT

public:
    explicit OpenImage(QObject* parent = nullptr);

    void openFile(const QString& path);
    void openBytes(const QByteArray& bytes, const QString& name);
    /// Opens an image; its transparency is put on white, its device pixel ratio becomes the screenshot's scale.
    void openPixels(const QImage& pixels, const QString& name);
    /// Opens what was captured (ui/capture/capture.h); a frame of live mode follows on the one before it.
    void openCapture(const Capture& capture);

    bool isEmpty() const { return m_screenshot.picture.empty(); }
    const Screenshot& screenshot() const { return m_screenshot; }
    Size size() const { return m_screenshot.picture.size(); }
    /// The screenshot's pixels with their smaller copies.
    const PictureLevels& levels() const { return m_levels; }
    /// The screenshot before this one; empty when it had another size.
    const Picture& before() const { return m_before; }
    /// Whether this is a later look at the same place, of the same size: what was said of it may still hold.
    bool isNextFrame() const { return m_isNextFrame; }
    /// Counts screenshots; another number is another picture.
    quint64 id() const { return m_id; }
    /// Whether nothing is being read.
    bool isIdle() const { return m_open.isIdle(); }

Q_SIGNALS:
    void opening(const QString& name);
    void changed(); ///< there is another picture
    void failed(const QString& message);
    void becameIdle();

private:
    struct Opened {
        Screenshot screenshot;
        PictureLevels levels;
        bool isFrame = false;
    };
    void open(const QString& name, std::function<Screenshot()> read, bool isFrame = false);
    void take(const Opened& opened);

    Screenshot m_screenshot;
    PictureLevels m_levels;
    Picture m_before;
    bool m_isNextFrame = false;
    quint64 m_id = 0;
    LatestJob m_open;
};

} // namespace prunescope::ui
