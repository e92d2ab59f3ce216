#pragma once

#include "ui/canvas/scene.h"

#include <QObject>
#include <utility>

namespace prunescope::ui {

/// A scene that changes, for as many canvases as show it: they share the mode and the box that is lit up. GUI thread.
class LiveScene : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    const Scene& now() const { return m_scene; }
    void setScene(Scene scene);
    void setMode(MaskMode mode);
    /// Outlines around what changed since the picture before, and a chip that says so.
    void setShowsChanges(bool shows);
    /// The depth in the model at which the fates of blocks are shown; nothing without any.
    void setDepth(int depth);
    /// What the pointer asks for next. Nothing is drawn anew.
    void setReasons(std::shared_ptr<const ShownReasons> reasons) { m_scene.reasons = std::move(reasons); }
    /// Moves the line between two plans to a share of the picture's width.
    void setSwipe(double share);
    /// Emitted when the user points at a box on a canvas; negative: none.
    void hoverBox(int index);
    /// Brings the box into view.
    void revealBox(int index) { Q_EMIT boxRevealed(index); }
    void flip() { Q_EMIT flipWanted(); }
    void showNextView() { Q_EMIT nextViewWanted(); }

Q_SIGNALS:
    void changed(); ///< something that is drawn
    void modeChanged(prunescope::ui::MaskMode mode);
    void showsChangesChanged(bool shows);
    void boxHovered(int index);
    void boxRevealed(int index);
    void flipWanted();     ///< plan A alone, or the other one
    void nextViewWanted(); ///< of two plans

private:
    Scene m_scene;
};

} // namespace prunescope::ui
