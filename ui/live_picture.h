#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/image/screenshot.h"
#include "core/pruning/make_mask.h"
#include "core/resize/resize.h"
#include "ui/picture_changes.h"
#include "ui/picture_levels.h"
#include "ui/restoration.h"
#include "ui/shown_mask.h"
#include "ui/workers/latest_job.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <functional>
#include <memory>
#include <optional>

namespace prunescope::ui {

/// The current screenshot with its mask, kept up to date off the GUI thread: read, resized once per picture, region and
/// limits, and selected once per change of settings; compared with the picture before, and restored from its kept
/// blocks while somebody looks at that. Results of a picture that was replaced are dropped. GUI thread.
class LivePicture : public QObject {
    Q_OBJECT

public:
    explicit LivePicture(QObject* parent = nullptr);

    /// Read in the background; the picture that is there stays until the new one is ready, and when it can't be read.
    void openFile(const QString& path);
    void openBytes(const QByteArray& bytes, const QString& name);
    /// Its transparency is put on white; its device pixel ratio becomes the screenshot's scale.
    void openImage(const QImage& image, const QString& name);

    void setSettings(const MethodSettings& settings);
    void setLimits(PixelLimits limits);
    /// Empty: the whole picture. Clipped to the picture. False, with `failed`, for one that no model can see: the
    /// region stays as it was then.
    bool setRegion(PixelRect region);
    /// What is restored for each mask from now on.
    void setRestoredView(RestoredView view);

    bool isEmpty() const { return m_screenshot.picture.empty(); }
    const Screenshot& screenshot() const { return m_screenshot; }
    /// The screenshot's pixels, ready for painting (Format_RGB32).
    const QImage& image() const { return m_levels.whole(); }
    /// The same with its smaller copies.
    const PictureLevels& levels() const { return m_levels; }
    /// Counts screenshots; another number is another picture.
    quint64 id() const { return m_id; }
    PixelRect region() const { return m_region; }
    /// The region, or all of the picture.
    PixelRect area() const;
    /// Of the area as the model sees it without pruning. There must be a picture.
    BlockGrid fullGrid() const;
    const MethodSettings& settings() const { return m_settings; }
    const ShownMask& mask() const { return m_mask; }
    /// Since the picture before; nothing when that had another size, or while it is being found out.
    const std::optional<PictureChanges>& changes() const { return m_changes; }
    /// Of the wanted view. While tau moves, that of an earlier mask stays until the next one is there: it says itself
    /// what it was made with. Nothing while the first one is being made.
    const std::optional<Restoration>& restoration() const { return m_restoration; }
    /// Nothing is being read, resized, selected, compared or restored.
    bool isIdle() const;

Q_SIGNALS:
    void opening(const QString& name);
    void pictureChanged();
    void maskChanged();
    void regionChanged();
    void changesChanged();
    void restorationChanged();
    void failed(const QString& message);
    void becameIdle();

private:
    struct Opened {
        Screenshot screenshot;
        PictureLevels levels;
    };
    /// What the model would see of `m_region` under `m_limits`.
    struct Resized {
        PixelBlocks blocks;
        std::shared_ptr<MaskMaker> maker; ///< of these blocks; only the job that selects uses it, one at a time
    };
    void open(const QString& name, std::function<Screenshot()> read);
    void take(const Opened& opened);
    void resize();
    void select();
    void setMask(const ShownMask& mask);
    void compare();
    void setChanges(const std::optional<PictureChanges>& changes);
    void restore();
    void setRestoration(const std::optional<Restoration>& restoration);

    Screenshot m_screenshot;
    PictureLevels m_levels;
    Picture m_before; ///< the picture before, if it had the same size
    quint64 m_id = 0;
    PixelRect m_region;
    PixelLimits m_limits;
    MethodSettings m_settings;
    std::optional<Resized> m_resized; ///< none while it is being made
    ShownMask m_mask;
    std::optional<PictureChanges> m_changes;
    RestoredView m_view = RestoredView::None;
    std::optional<Restoration> m_restoration;
    LatestJob m_open;
    LatestJob m_resize;
    LatestJob m_select;
    LatestJob m_compare;
    LatestJob m_restore;
};

} // namespace prunescope::ui
