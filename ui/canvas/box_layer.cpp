#include "ui/canvas/box_layer.h"

#include "ui/style/plan_look.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr double kPointRadiusPx = 9;
constexpr double kLabelHeightPx = 20;
// One strong colour with a dark seam around it reads on light and on dark pictures.
const QColor kLit("#e08a00");
const QColor kSeam(0, 0, 0, 110);

PlanLook lookOf(const Box& box) {
    return PlanLook::of(static_cast<std::size_t>(std::max(0, box.plan)));
}

/// "B · save": of several plans whose answer it is.
QString labelOf(const Box& box) {
    if (box.plan < 0)
        return box.label;
    const QString letter = planLetter(static_cast<std::size_t>(box.plan));
    return box.label.isEmpty() ? letter : letter + QStringLiteral(" · ") + box.label;
}

} // namespace

void BoxLayer::show(std::vector<Box> boxes, int lit) {
    m_boxes = std::move(boxes);
    m_lit = lit;
}

QRectF BoxLayer::viewRect(int index, const ViewTransform& transform) const {
    const Box& box = m_boxes.at(static_cast<std::size_t>(index));
    if (!box.isPoint)
        return transform.toView(box.rect);
    const QPointF centre = transform.toView(box.rect.topLeft());
    return {centre.x() - kPointRadiusPx, centre.y() - kPointRadiusPx, 2 * kPointRadiusPx, 2 * kPointRadiusPx};
}

int BoxLayer::hit(QPointF view, const ViewTransform& transform) const {
    int best = -1;
    double bestArea = 0;
    for (int i = 0; i < static_cast<int>(m_boxes.size()); ++i) {
        const QRectF rect = viewRect(i, transform).adjusted(-3, -3, 3, 3);
        const double area = rect.width() * rect.height();
        if (rect.contains(view) && (best < 0 || area < bestArea)) {
            best = i;
            bestArea = area;
        }
    }
    return best;
}

void BoxLayer::paint(QPainter& painter, const ViewTransform& transform, QRect view) const {
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < static_cast<int>(m_boxes.size()); ++i)
        paintShape(painter, i, transform);
    for (int i = 0; i < static_cast<int>(m_boxes.size()); ++i)
        paintLabel(painter, i, transform, view);
}

void BoxLayer::paintShape(QPainter& painter, int index, const ViewTransform& transform) const {
    const bool lit = index == m_lit;
    const PlanLook look = lookOf(m_boxes[static_cast<std::size_t>(index)]);
    const QColor colour = lit ? kLit : look.line;
    const QRectF rect = viewRect(index, transform);
    QColor fill = colour;
    fill.setAlpha(lit ? 60 : 0);
    const bool point = m_boxes[static_cast<std::size_t>(index)].isPoint;
    const auto outline = [&](const QPen& pen, const QBrush& brush) {
        painter.setPen(pen);
        painter.setBrush(brush);
        point ? painter.drawEllipse(rect) : painter.drawRoundedRect(rect, 3, 3);
    };
    outline(QPen(kSeam, 4), Qt::NoBrush);
    QPen line(colour, 2, look.dash);
    if (!m_boxes[static_cast<std::size_t>(index)].unseen.isEmpty())
        line.setDashPattern({3, 3});
    outline(line, fill);
    if (point) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(rect.center(), 3, 3);
    }
}

void BoxLayer::paintLabel(QPainter& painter, int index, const ViewTransform& transform, QRect view) const {
    const Box& box = m_boxes[static_cast<std::size_t>(index)];
    const QString label = labelOf(box);
    if (label.isEmpty() && box.unseen.isEmpty())
        return;
    const QRectF rect = viewRect(index, transform);
    const QFontMetricsF metrics(painter.font());
    QString text = metrics.elidedText(label, Qt::ElideRight, 240);
    if (!box.unseen.isEmpty())
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) + QCoreApplication::translate("box", "not seen");
    QRectF tag(rect.left() - 1, rect.top() - kLabelHeightPx - 2, metrics.horizontalAdvance(text) + 12, kLabelHeightPx);
    if (box.plan > 1) // labels of plans that name the same place stand at its four corners
        tag.moveRight(rect.right() + 1);
    if (tag.top() < view.top() || box.plan % 2 == 1)
        tag.moveTop(rect.bottom() + 2); // also where there is no room above
    tag.moveLeft(std::min(tag.left(), view.right() - tag.width()));
    tag.moveLeft(std::max<double>(tag.left(), view.left()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(index == m_lit ? QColor("#9a5b00") : lookOf(box).label);
    painter.drawRoundedRect(tag, 3, 3);
    painter.setPen(Qt::white);
    painter.drawText(tag, Qt::AlignCenter, text);
}

} // namespace prunescope::ui
