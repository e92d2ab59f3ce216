#pragma once

#include <QList>
#include <QSize>

class QFrame;
class QWidget;

namespace prunescope::ui {

class ChangesChip;
class KeptChip;
class RestoredChip;
class ZoomChip;
struct Scene;

/// The chips along the lower edge of the canvas: what is kept, what the view shows, the zoom. Where the canvas is too
/// narrow for one row there are two, so that no chip lies on another.
class ChipBar {
public:
    /// The chips are children of `canvas`.
    explicit ChipBar(QWidget* canvas);

    /// Shows the chips' texts for `scene`, at their places in a canvas of that size.
    void show(const Scene& scene, QSize canvas);
    /// Height of the lower edge that a fitted picture leaves free.
    int heightPx() const { return m_heightPx; }

    KeptChip& kept() { return *m_kept; }
    ZoomChip& zoom() { return *m_zoom; }

private:
    void place(const Scene& scene, QSize canvas);
    QList<QFrame*> infos() const;
    int infosWidthPx() const;

    KeptChip* m_kept;
    RestoredChip* m_restored;
    ChangesChip* m_changes;
    ZoomChip* m_zoom;
    int m_heightPx;
};

} // namespace prunescope::ui
