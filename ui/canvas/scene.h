#pragma once

#include "core/image/screen_layout.h"
#include "ui/session/compare_view.h"
#include "ui/session/picture_changes.h"
#include "ui/session/picture_levels.h"
#include "ui/session/restoration.h"
#include "ui/session/shown_fates.h"
#include "ui/session/shown_mask.h"
#include "ui/session/shown_reasons.h"

#include <QRectF>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

namespace prunescope::ui {

/// Mode of what is drawn over the picture.
enum class MaskMode {
    Mask,     ///< dropped blocks recede; grid lines on kept ones
    Grid,     ///< grid lines on kept blocks only
    Restored, ///< what a decoder would make of the kept blocks
    Error,    ///< how far that is from the picture
    Off,
};

/// The restoration that has to be computed for a mode.
RestoredView restoredViewOf(MaskMode mode);

/// A place that an answer names, in pixels of the original picture; a point has an empty rectangle.
struct Box {
    QRectF rect;
    QString label;
    bool isPoint = false;
    QString unseen = {}; ///< that most of it was not seen by the model, a sentence; empty where it was
    int plan = -1;       ///< of several that are compared, whose answer it is; negative: there are none
};

/// Another plan beside the one whose mask the scene has.
struct SceneComparison {
    CompareView view = CompareView::Swipe; ///< Swipe or Differences
    int plan = 1;                          ///< right of the line; left of it is the scene's own
    ShownMask mask;                        ///< of that plan, as all below
    std::shared_ptr<const ShownFates> fates;
    std::optional<Restoration> restoration;
    KeepMask left;      ///< blocks that the scene's own plan leaves at the end of the model
    KeepMask otherLeft; ///< and the other one

    /// Whether it can be said block by block where they differ.
    bool hasDifferences() const { return left.count() > 0 && left.grid() == otherLeft.grid(); }
};

/// Scene that a canvas draws: a picture and what lies on it. Copies share the pixels.
struct Scene {
    PictureLevels picture;
    bool isNextFrame = false;           ///< it shows what the one before it showed: the view stays where it is
    std::optional<DesktopPart> desktop; ///< that it was captured from
    PixelRect region;                   ///< the part that is asked about; empty: all of it
    bool isMarked = false;              ///< the model is shown all of it, the region in a frame
    std::vector<PixelRect> redactions;  ///< parts of the picture that are black
    ShownMask mask;
    std::shared_ptr<const ShownFates>
        fates; ///< what the model did with the blocks; null: the mask is all that is known
    std::shared_ptr<const ShownReasons> reasons; ///< for the mask; null: not known, or not yet
    int depth = depths::kInput;                  ///< in the model, at which `fates` are shown
    MaskMode mode = MaskMode::Mask;
    std::optional<Restoration> restoration; ///< for the modes that draw one; nothing: it is being made
    std::optional<PictureChanges> changes;  ///< since the picture before; nothing: not known
    bool showsChanges = true;
    int plan = 0;            ///< of several that are compared, whose mask it is; 0: that of the window
    bool isCompared = false; ///< it is one of several plans, of which the user may want to see another one
    std::optional<SceneComparison> comparison;
    double swipe = 0.5; ///< where the line is, as a share of the picture's width
    std::vector<Box> boxes;
    int litBox = -1; ///< negative: none

    bool isEmpty() const { return picture.whole().isNull(); }
    /// Whether the model still has the block at `depth`.
    bool isAlive(int block) const { return fates ? !fates->droppedBy(block, depth) : mask.mask.kept(block); }
    /// Tokens of the picture at `depth`.
    int tokens() const { return fates ? fates->tokensAt(depth) : mask.mask.keptCount(); }
    Size size() const { return {picture.whole().width(), picture.whole().height()}; }
};

} // namespace prunescope::ui
