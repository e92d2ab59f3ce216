#include "ui/canvas/live_scene.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

RestoredView restoredViewOf(MaskMode mode) {
    return mode == MaskMode::Restored ? RestoredView::Picture
           : mode == MaskMode::Error  ? RestoredView::Error
                                      : RestoredView::None;
}

void LiveScene::setScene(Scene scene) {
    const Scene before = std::exchange(m_scene, std::move(scene));
    Q_EMIT changed();
    if (m_scene.mode != before.mode)
        Q_EMIT modeChanged(m_scene.mode);
    if (m_scene.showsChanges != before.showsChanges)
        Q_EMIT showsChangesChanged(m_scene.showsChanges);
}

void LiveScene::setMode(MaskMode mode) {
    if (mode == m_scene.mode)
        return;
    m_scene.mode = mode;
    Q_EMIT changed();
    Q_EMIT modeChanged(mode);
}

void LiveScene::setShowsChanges(bool shows) {
    if (shows == m_scene.showsChanges)
        return;
    m_scene.showsChanges = shows;
    Q_EMIT changed();
    Q_EMIT showsChangesChanged(shows);
}

void LiveScene::setSwipe(double share) {
    share = std::clamp(share, 0.0, 1.0);
    if (share == m_scene.swipe)
        return;
    m_scene.swipe = share;
    Q_EMIT changed();
}

void LiveScene::setDepth(int depth) {
    if (!m_scene.fates || depth == m_scene.depth || depth < 0 || depth > m_scene.fates->lastDepth())
        return;
    m_scene.depth = depth;
    Q_EMIT changed();
}

void LiveScene::hoverBox(int index) {
    if (index == m_scene.litBox)
        return;
    m_scene.litBox = index;
    Q_EMIT changed();
    Q_EMIT boxHovered(index);
}

} // namespace prunescope::ui
