#include "ui/canvas/chip_bar.h"

#include "ui/canvas/canvas_chips.h"
#include "ui/canvas/scene.h"
#include "ui/canvas/view_chips.h"

#include <QWidget>

namespace prunescope::ui {

namespace {

constexpr int kSidePx = 12;
constexpr int kBottomPx = 10;
constexpr int kGapPx = 8;
constexpr int kRowPx = 36; ///< a chip and the gap to the next row
constexpr int kOneRowPx = 52;

/// From `x` on, around the line `middle`.
void line(const QList<QFrame*>& chips, int x, int middle) {
    for (QFrame* chip : chips) {
        chip->move(x, middle - chip->height() / 2);
        x += chip->width() + kGapPx;
    }
}

} // namespace

ChipBar::ChipBar(QWidget* canvas)
    : m_kept(new KeptChip(canvas)), m_restored(new RestoredChip(canvas)), m_changes(new ChangesChip(canvas)),
      m_zoom(new ZoomChip(canvas)), m_heightPx(kOneRowPx) {}

void ChipBar::show(const Scene& scene, QSize canvas) {
    m_restored->show(scene.mask.valid() ? restoredViewOf(scene.mode) : RestoredView::None, scene.restoration);
    m_changes->show(scene.showsChanges ? scene.changes : std::nullopt);
    place(scene, canvas);
}

QList<QFrame*> ChipBar::infos() const {
    QList<QFrame*> shown;
    for (QFrame* chip : {static_cast<QFrame*>(m_restored), static_cast<QFrame*>(m_changes)})
        if (!chip->isHidden())
            shown << chip;
    return shown;
}

int ChipBar::infosWidthPx() const {
    const int restored = m_restored->isHidden() ? 0 : m_restored->reservedWidthPx() + kGapPx;
    return restored + (m_changes->isHidden() ? 0 : m_changes->width() + kGapPx);
}

void ChipBar::place(const Scene& scene, QSize canvas) {
    m_zoom->adjustSize();
    const int middle = canvas.height() - kBottomPx - m_zoom->height() / 2;
    m_zoom->move(canvas.width() - kSidePx - m_zoom->width(), middle - m_zoom->height() / 2);
    const QList<QFrame*> others = infos();
    const int room = m_zoom->x() - kGapPx - kSidePx;
    const bool oneRow = KeptChip::leastWidthPx(scene) + infosWidthPx() <= room;
    m_heightPx = oneRow ? kOneRowPx : kOneRowPx + kRowPx;
    m_kept->show(scene, oneRow ? room - infosWidthPx() : room);
    line({m_kept}, kSidePx, middle);
    line(others, oneRow && !m_kept->isHidden() ? kSidePx + m_kept->width() + kGapPx : kSidePx,
         oneRow ? middle : middle - kRowPx);
}

} // namespace prunescope::ui
