#include "ui/canvas/scene_picture.h"

#include "ui/canvas/box_layer.h"
#include "ui/canvas/change_layer.h"
#include "ui/canvas/mask_layer.h"
#include "ui/canvas/region_tool.h"

#include <QPainter>

namespace prunescope::ui {

QImage drawnScene(const Scene& scene) {
    if (scene.isEmpty())
        return {};
    QImage image(scene.picture.whole().size(), QImage::Format_RGB32);
    const ViewTransform asItIs;
    QPainter painter(&image);
    MaskLayer mask;
    mask.show(scene);
    mask.paint(painter, asItIs, image.rect(), Qt::black, false);
    RegionTool::paint(painter, scene, asItIs);
    if (scene.showsChanges && scene.changes)
        paintChanges(painter, *scene.changes, asItIs);
    BoxLayer boxes;
    boxes.show(scene.boxes, scene.litBox);
    boxes.paint(painter, asItIs, image.rect());
    return image;
}

} // namespace prunescope::ui
