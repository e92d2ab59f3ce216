#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/prune_plan.h"
#include "core/resize/resize.h"
#include "model/families/families.h"
#include "model/values/asked_part.h"
#include "ui/session/picture_changes.h"
#include "ui/session/restoration.h"
#include "ui/session/shown_mask.h"
#include "ui/session/shown_reasons.h"
#include "ui/workers/latest_job.h"

#include <QObject>
#include <array>
#include <memory>
#include <optional>

namespace prunescope::ui {

class OpenImage;

/// View of an image as the model sees it, kept up to date off the GUI thread: resized once per image, region and
/// limits, masked once per change of the plan; compared with the image before, and restored from its kept blocks while
/// somebody looks at that. Results that belong to an image or region that is gone are dropped. GUI thread.
class MaskView : public QObject {
    Q_OBJECT

public:
    /// `image` outlives this.
    explicit MaskView(const OpenImage& image, QObject* parent = nullptr);

    /// What is pruned where. A plan that core refuses changes nothing, and is `planRefused`.
    void setPlan(const PrunePlan& plan);
    /// Of the plan's stage that looks at pixels.
    void setSettings(const MethodSettings& settings);
    void setLimits(const PixelLimits& limits);
    /// Where the model lets pixels decide; a plan that is not possible there becomes one that is, which is told.
    void setPlaces(const model::PixelPlaces& places);
    /// Sets the region, clipped to the image; empty: the whole image. One that no model can see changes nothing, and is
    /// `failed`.
    void setRegion(PixelRect region);
    /// Sets how the model is shown a region, now and later. A region that it can't be shown as a crop stays marked, and
    /// that is `failed`.
    void setRegionUse(model::RegionUse use);
    /// Sets what is restored for each mask from now on.
    void setRestoredView(RestoredView view);

    const PrunePlan& plan() const { return m_plan; }
    const model::PixelPlaces& places() const { return m_places; }
    /// Of the plan's stage that looks at pixels: the mask is made with them.
    const MethodSettings& settings() const { return m_plan.pixelStage().settings; }
    PixelRect region() const { return m_region; }
    model::RegionUse regionUse() const { return m_regionUse; }
    /// The region, how it is shown, and what of the image is redacted.
    model::AskedPart part() const;
    /// The image that all of this is about, by `OpenImage::id`.
    quint64 pictureId() const;
    /// What the model is shown: the region, or all of the image where that is marked or there is none.
    PixelRect area() const;
    /// Grid of the area as the model sees it without pruning. There must be an image.
    BlockGrid fullGrid() const;
    /// That of a picture of that size, nothing pruned. Throws Error where it is too narrow.
    BlockGrid gridFor(Size size) const;
    /// Vision tokens that the model would see of a picture of that size without pruning; nothing where it can see none.
    std::optional<qint64> tokensOf(Size size) const;
    const ShownMask& mask() const { return m_mask; }
    /// The area as the model would see it without pruning; null while that is being made.
    const PixelBlocks* blocks() const { return m_resized ? &m_resized->blocks : nullptr; }
    /// Changes since the image before; nothing when that had another size, or while they are being found.
    const std::optional<PictureChanges>& changes() const { return m_changes; }
    /// Restoration for the wanted view. While tau moves, that of an earlier mask stays until the next one is there: it
    /// says itself what it was made with. Nothing while the first one is being made.
    const std::optional<Restoration>& restoration() const { return m_restoration; }
    /// Why the mask keeps or drops each block; null while that is being found out.
    const std::shared_ptr<const ShownReasons>& reasons() const { return m_reasons; }
    /// What the mask was made from, for work in another thread.
    struct Parts {
        Picture picture;    ///< the image as it is shown: a marked region has its frame
        PixelBlocks blocks; ///< what the model would see of it without pruning
        ShownMask mask;
    };
    /// Nothing without a mask, or while that of another image or region is being made.
    std::optional<Parts> parts() const;
    /// Whether nothing is being resized, selected, explained, compared or restored.
    bool isIdle() const;

Q_SIGNALS:
    void planChanged();
    /// The plan stays as it was; why, as one sentence.
    void planRefused(const QString& why);
    /// The plan was changed because the model has no use for it; what it is now.
    void planMoved(const QString& plan);
    void regionChanged();                                    ///< or how it is shown
    void regionUseChanged(prunescope::model::RegionUse use); ///< emitted also when the old one had to stay
    void maskChanged();
    void reasonsChanged();
    void changesChanged();
    void restorationChanged();
    void failed(const QString& message);
    void becameIdle();

private:
    /// Blocks that the model would see of `m_region` under `m_limits`.
    struct Resized {
        Picture picture; ///< the image as it is shown: a marked region has its frame
        PixelBlocks blocks;
        std::shared_ptr<MaskMaker> maker; ///< of these blocks; only the job that selects uses it, one at a time
    };
    std::array<LatestJob*, 5> jobs() { return {&m_resize, &m_select, &m_explain, &m_compare, &m_restore}; }
    void startOver();
    /// Whether a region can't be shown on its own; that is `failed` then.
    bool refusesCrop(PixelRect region);
    void resize();
    void select();
    void setMask(const ShownMask& mask);
    /// Whether the mask is one of what is resized now.
    bool isCurrent() const;
    void explain();
    void setReasons(std::shared_ptr<const ShownReasons> reasons);
    void compare();
    void setChanges(const std::optional<PictureChanges>& changes);
    void restore();
    void setRestoration(const std::optional<Restoration>& restoration);

    const OpenImage& m_image;
    PixelRect m_region;
    model::RegionUse m_regionUse = model::RegionUse::Crop;
    PixelLimits m_limits;
    PrunePlan m_plan;
    model::PixelPlaces m_places;
    std::optional<Resized> m_resized; ///< none while it is being made
    ShownMask m_mask;
    std::shared_ptr<const ShownReasons> m_reasons;
    std::optional<PictureChanges> m_changes;
    RestoredView m_view = RestoredView::None;
    std::optional<Restoration> m_restoration;
    LatestJob m_resize;
    LatestJob m_select;
    LatestJob m_explain;
    LatestJob m_compare;
    LatestJob m_restore;
};

} // namespace prunescope::ui
