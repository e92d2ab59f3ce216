#include "ui/canvas/block_text.h"

#include "ui/canvas/scene.h"

namespace prunescope::ui {

namespace {

const ShownReasons* reasonsOf(const Scene& scene) {
    return scene.reasons && scene.reasons->areOf(scene.mask) ? scene.reasons.get() : nullptr;
}

/// Whether pixels alone decided over the block, as far as the scene shows.
bool isOfPixels(const Scene& scene, const ShownReasons& reasons, int block) {
    if (!scene.fates || !scene.mask.mask.kept(block))
        return true;
    const int stage = scene.fates->stageOf(block);
    return stage < 0 ? !scene.fates->isScored(block) : stage == reasons.stage();
}

} // namespace

QString blockText(const Scene& scene, int block) {
    if (block < 0 || block >= scene.mask.mask.count())
        return {};
    const ShownReasons* reasons = reasonsOf(scene);
    if (reasons && isOfPixels(scene, *reasons, block))
        return reasons->textOf(block);
    return scene.fates ? scene.fates->textOf(block, scene.depth) : QString();
}

std::optional<int> relatedBlock(const Scene& scene, int block) {
    if (block < 0 || block >= scene.mask.mask.count() || scene.isAlive(block))
        return std::nullopt;
    const ShownReasons* reasons = reasonsOf(scene);
    if (reasons && isOfPixels(scene, *reasons, block))
        return reasons->sourceOf(block);
    return scene.fates ? scene.fates->relatedTo(block) : std::nullopt;
}

} // namespace prunescope::ui
