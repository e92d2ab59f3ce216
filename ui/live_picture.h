#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/image/resize.h"
#include "core/image/screenshot.h"
#include "core/mask/make_mask.h"
#include "ui/picture_levels.h"
#include "ui/workers/latest_job.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <functional>
#include <optional>

namespace prunescope::ui {

/// A mask with everything that is needed to show it.
struct ShownMask {
    KeepMask mask;         ///< on the resized picture; empty grid: there is none
    MaskSettings settings; ///< what it was made with
    PixelRect area;        ///< the part of the picture that it covers: all of it, or the region
    bool valid() const { return mask.count() > 0; }
};

/// The current screenshot with its mask, kept up to date off the GUI thread: read, resized once per picture, region and
/// limits, and selected once per change of settings. Results of a picture that was replaced are dropped. GUI thread.
class LivePicture : public QObject {
    Q_OBJECT

public:
    explicit LivePicture(QObject* parent = nullptr);

    /// Read in the background; the picture that is there stays until the new one is ready, and when it can't be read.
    void openFile(const QString& path);
    void openBytes(const QByteArray& bytes, const QString& name);
    /// Its device pixel ratio becomes the screenshot's scale.
    void openImage(const QImage& image, const QString& name);

    void setSettings(const MaskSettings& settings);
    void setLimits(PixelLimits limits);
    /// Empty: the whole picture. Clipped to the picture. False, with `failed`, for one that no model can see: the
    /// region stays as it was then.
    bool setRegion(PixelRect region);

    bool isEmpty() const { return m_screenshot.picture.empty(); }
    const Screenshot& screenshot() const { return m_screenshot; }
    /// The screenshot's pixels, ready for painting (Format_RGB32).
    const QImage& image() const { return m_levels.whole(); }
    /// The same with its smaller copies.
    const PictureLevels& levels() const { return m_levels; }
    /// Counts screenshots; another number is another picture.
    quint64 id() const { return m_id; }
    PixelRect region() const { return m_region; }
    const MaskSettings& settings() const { return m_settings; }
    const ShownMask& mask() const { return m_mask; }
    /// Nothing is being read, resized or selected.
    bool isIdle() const { return m_open.isIdle() && m_resize.isIdle() && m_select.isIdle(); }

Q_SIGNALS:
    void opening(const QString& name);
    void pictureChanged();
    void maskChanged();
    void regionChanged();
    void failed(const QString& message);
    void becameIdle();

private:
    struct Opened {
        Screenshot screenshot;
        PictureLevels levels;
    };
    void open(const QString& name, std::function<Screenshot()> read);
    void take(const Opened& opened);
    void resize();
    void select();
    void setMask(const ShownMask& mask);

    Screenshot m_screenshot;
    PictureLevels m_levels;
    quint64 m_id = 0;
    PixelRect m_region;
    PixelLimits m_limits;
    MaskSettings m_settings;
    std::optional<PixelBlocks> m_blocks; ///< of `m_region` under `m_limits`; none while it is being resized
    ShownMask m_mask;
    LatestJob m_open;
    LatestJob m_resize;
    LatestJob m_select;
};

} // namespace prunescope::ui
