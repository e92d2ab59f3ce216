#pragma once

#include "core/image/screenshot.h"
#include "ui/capture/capture.h"
#include "ui/session/picture_levels.h"
#include "ui/workers/latest_job.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <functional>
#include <vector>

namespace prunescope::ui {

/// The screenshot that is open, with smaller copies for painting. Read off the GUI thread: the one that is there stays
/// until the new one is ready, and when that can't be read.
///
/// Parts of it can be redacted: their pixels are black in everything that this gives away, at once and without a
/// moment in which somebody could get others. The original pixels stay in here, in memory alone, and nothing but
/// taking a redaction back reads them; they go with the picture. GUI thread.
class OpenImage : public QObject {
    Q_OBJECT

public:
    explicit OpenImage(QObject* parent = nullptr);

    void openFile(const QString& path);
    void openBytes(const QByteArray& bytes, const QString& name);
    /// Opens an image; its transparency is put on white, its device pixel ratio becomes the screenshot's scale.
    void openPixels(const QImage& pixels, const QString& name);
    /// The same of a page of a document, which is no later look at the one before.
    void openPage(const QImage& pixels, const QString& name);
    /// Opens a PNG that was stored with parts already black, as a screen of that scale.
    void openStored(const QByteArray& png, const QString& name, double scale, const std::vector<PixelRect>& redactions);
    /// Opens what was captured (ui/capture/capture.h); a frame of live mode follows on the one before it.
    void openCapture(const Capture& capture);

    bool isEmpty() const { return m_screenshot.picture.empty(); }
    const Screenshot& screenshot() const { return m_screenshot; }
    Size size() const { return m_screenshot.picture.size(); }
    /// The screenshot's pixels with their smaller copies.
    const PictureLevels& levels() const { return m_levels; }
    /// The screenshot before this one; empty when it had another size.
    const Picture& before() const { return m_before; }
    /// Whether this is another look at the same place, of the same size: a later one, or the same with other parts
    /// redacted. What was said of it may still hold.
    bool isNextFrame() const { return m_isNextFrame; }
    /// Parts that are black, in pixels of the screenshot, in the order in which they came. Those of a captured place
    /// stay where they are on the desktop when that is captured next.
    const std::vector<PixelRect>& redactions() const { return m_redactions; }
    /// Redacts a part, clipped to the screenshot; one with nothing inside changes nothing. Otherwise there is another
    /// picture when this returns; as after the two below.
    void redact(PixelRect part) { redact(std::vector{part}); }
    /// The same of several at once.
    void redact(const std::vector<PixelRect>& parts);
    /// Brings the pixels of a redaction back, as far as no other one lies on them. An index that is none does nothing.
    void removeRedaction(int index);
    void clearRedactions();
    /// Counts screenshots; another number is another picture.
    quint64 id() const { return m_id; }
    /// Whether nothing is being read.
    bool isIdle() const { return m_open.isIdle(); }

Q_SIGNALS:
    void opening(const QString& name);
    void redactionsChanged(); ///< by people; `changed` follows
    void changed();           ///< there is another picture
    void failed(const QString& message);
    void becameIdle();

private:
    /// Pixels of a screenshot.
    struct Pixels {
        Picture picture;
        PictureLevels levels;
        Pixels redacted(const std::vector<PixelRect>& parts) const;
    };
    struct Opened {
        Screenshot screenshot; ///< its picture is in `shown`
        Pixels original;
        std::vector<PixelRect> redactions;
        Pixels shown; ///< with these
        bool isFrame = false;
        bool isPage = false;
        bool isStored = false; ///< the redactions are its own
    };
    struct Source {
        std::function<Screenshot()> read;
        std::vector<PixelRect> redactions = {}; ///< as far as they are known when it is opened
        bool isFrame = false;
        bool isPage = false;
        bool isStored = false;
    };
    void open(const QString& name, Source source);
    void take(const Opened& opened);
    void setRedactions(std::vector<PixelRect> redactions, const Picture& before);
    void show(const Pixels& pixels);
    /// The redactions that stay over a picture of this part of a desktop.
    std::vector<PixelRect> redactionsOn(const std::optional<DesktopPart>& desktop) const;

    Screenshot m_screenshot;
    PictureLevels m_levels;
    Pixels m_original; ///< the same without redactions
    std::vector<PixelRect> m_redactions;
    Picture m_before;
    bool m_isNextFrame = false;
    quint64 m_id = 0;
    LatestJob m_open;
};

} // namespace prunescope::ui
