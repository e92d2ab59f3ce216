#include "ui/canvas/coordinate_chip.h"

#include "core/resize/coordinate_map.h"
#include "ui/canvas/block_text.h"
#include "ui/canvas/scene.h"
#include "ui/style/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStringList>

namespace prunescope::ui {

namespace {

QString pointText(PixelPoint point, int decimals = 1) {
    return QStringLiteral("%1, %2").arg(fixedText(point.x, decimals), fixedText(point.y, decimals));
}

PointPlaces placesOf(const Scene& scene, PixelPoint picture) {
    if (!scene.mask.valid())
        return {picture, {}, {}, {}, {}, {}};
    CoordinateMap map(scene.mask.area, scene.mask.mask.grid(), scene.mask.views);
    if (scene.desktop)
        map.setDesktop(*scene.desktop);
    return map.placesOf(picture);
}

QString seenText(const SeenPoint& seen, const BlockGrid& grid) {
    return CoordinateChip::tr("Model %1 · block %2 (row %3, column %4)")
        .arg(pointText(seen.px))
        .arg(seen.block)
        .arg(grid.row(seen.block))
        .arg(grid.col(seen.block));
}

QStringList linesOf(const Scene& scene, const PointPlaces& places) {
    QStringList lines;
    if (places.logical)
        lines << (places.screen ? CoordinateChip::tr("Desktop %1 · screen %2")
                                      .arg(pointText(*places.logical))
                                      .arg(*places.screen + 1)
                                : CoordinateChip::tr("Desktop %1 · between screens").arg(pointText(*places.logical)));
    if (places.desktop)
        lines << CoordinateChip::tr("Desktop's picture %1 px").arg(pointText(*places.desktop));
    lines << CoordinateChip::tr("Picture %1 px").arg(pointText(places.picture));
    for (const SeenPoint& seen : places.seen)
        lines << seenText(seen, scene.mask.mask.grid());
    if (places.thousand)
        lines << CoordinateChip::tr("0 to 1000: %1").arg(pointText(*places.thousand, 0));
    if (!places.seen.empty()) // its first line, which block it is, is said above
        lines << blockText(scene, places.seen.front().block).section(u'\n', 1).split(u'\n', Qt::SkipEmptyParts);
    return lines;
}

} // namespace

CoordinateChip::CoordinateChip(QWidget* parent) : QFrame(parent), m_label(new QLabel(this)) {
    setObjectName(QStringLiteral("canvasChip"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    m_label->setTextFormat(Qt::PlainText);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->addWidget(m_label);
    hide();
}

void CoordinateChip::show(const Scene& scene, QPointF picture) {
    const bool inside = QRectF(0, 0, scene.size().width, scene.size().height).contains(picture);
    setVisible(inside && !scene.isEmpty());
    if (isHidden())
        return;
    m_label->setText(linesOf(scene, placesOf(scene, {picture.x(), picture.y()})).join(u'\n'));
    setAccessibleName(m_label->text());
    adjustSize();
}

QString CoordinateChip::text() const {
    return isHidden() ? QString() : m_label->text();
}

} // namespace prunescope::ui
