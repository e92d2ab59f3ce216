#pragma once

#include "core/image/screenshot.h"
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

    bool isEmpty() const { return m_screenshot.picture.empty(); }
    const Screenshot& screenshot() const { return m_screenshot; }
    Size size() const { return m_screenshot.picture.size(); }
    /// The screenshot's pixels (Format_RGB32) with their smaller copies.
    const PictureLevels& levels() const { return m_levels; }
    /// The screenshot before this one; empty when it had another size.
    const Picture& before() const { return m_before; }
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
    };
    void open(const QString& name, std::function<Screenshot()> read);
    void take(const Opened& opened);

    Screenshot m_screenshot;
    PictureLevels m_levels;
    Picture m_before;
    quint64 m_id = 0;
    LatestJob m_open;
};

} // namespace prunescope::ui
