#include "ui/canvas/compare_layer.h"

#include "ui/style/plan_look.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr double kGrabPx = 7;
constexpr double kHandlePx = 15; ///< radius
constexpr int kTagPx = 22;
constexpr int kTagGapPx = 8;
const QColor kLine(255, 255, 255);
const QColor kSeam(0, 0, 0, 150);

KeepMask keptByEither(const KeepMask& a, const KeepMask& b) {
    KeepMask either(a.grid());
    for (int block = 0; block < a.count(); ++block)
        if (a.kept(block) || b.kept(block))
            either.keep(block);
    return either;
}

/// The scene as it looks under the other plan.
Scene underOther(const Scene& scene) {
    const SceneComparison& comparison = *scene.comparison;
    Scene other = scene;
    other.mask = comparison.mask;
    other.fates = comparison.fates;
    other.depth = other.fates ? std::min(scene.fates ? scene.depth : other.fates->lastDepth(), other.fates->lastDepth())
                              : depths::kInput;
    other.restoration = comparison.restoration;
    return other;
}

/// The scene in which what both drop recedes.
Scene withEither(const Scene& scene) {
    Scene either = scene;
    either.mask.mask = keptByEither(scene.comparison->left, scene.comparison->otherLeft);
    either.fates = nullptr;
    either.mode = MaskMode::Mask;
    return either;
}

} // namespace

void CompareLayer::show(const Scene& scene) {
    m_comparison = scene.comparison;
    m_plan = scene.plan;
    m_picture = scene.picture.whole().size();
    m_swipe = scene.swipe;
    if (!isSwipe())
        m_isDragging = m_isOverLine = false;
    if (m_comparison)
        m_layer.show(isSwipe() || !m_comparison->hasDifferences() ? underOther(scene) : withEither(scene));
}

double CompareLayer::lineX(const ViewTransform& transform) const {
    return transform.toView(QPointF(m_swipe * m_picture.width(), 0)).x();
}

double CompareLayer::shareAt(QPointF view, const ViewTransform& transform) const {
    return m_picture.isEmpty() ? 0 : std::clamp(transform.toPicture(view).x() / m_picture.width(), 0.0, 1.0);
}

bool CompareLayer::isOnLine(QPointF view, const ViewTransform& transform) const {
    return isSwipe() && std::abs(view.x() - lineX(transform)) <= kGrabPx;
}

bool CompareLayer::beginDrag(QPointF view, const ViewTransform& transform) {
    return m_isDragging = isOnLine(view, transform);
}

void CompareLayer::paint(QPainter& painter, const ViewTransform& transform, QRect view, const QColor& background) {
    if (!m_comparison)
        return;
    painter.save();
    if (isSwipe()) {
        const int left = static_cast<int>(std::lround(lineX(transform)));
        painter.setClipRect(view.intersected(QRect(QPoint(left, view.top()), view.bottomRight())));
        if (left <= view.right())
            m_layer.paint(painter, transform, view, background, false);
    } else if (m_comparison->hasDifferences()) {
        m_layer.paint(painter, transform, view, background, false);
        painter.setClipRect(view);
        paintDifferences(painter, transform);
    }
    painter.restore();
}

void CompareLayer::paintDifferences(QPainter& painter, const ViewTransform& transform) const {
    const KeepMask& a = m_comparison->left;
    const KeepMask& b = m_comparison->otherLeft;
    for (int block = 0; block < a.count(); ++block) {
        if (a.kept(block) == b.kept(block))
            continue;
        const QRectF rect = transform.toView(m_layer.blockRect(block));
        if (!painter.clipBoundingRect().intersects(rect))
            continue;
        const int plan = a.kept(block) ? m_plan : m_comparison->plan;
        const QPointF corner(std::round(rect.left()), std::round(rect.top()));
        const QPointF end(std::round(rect.right()), std::round(rect.bottom())); // neighbours meet and never overlap
        PlanLook::of(static_cast<std::size_t>(plan)).paintOver(painter, QRectF(corner, end));
    }
}

void CompareLayer::paintLine(QPainter& painter, const ViewTransform& transform, QRect view) const {
    if (!isSwipe())
        return;
    const QRectF picture = transform.toView(QRectF(QPointF(), QSizeF(m_picture))) & QRectF(view);
    const double x = lineX(transform);
    if (picture.isEmpty() || x < view.left() - kGrabPx || x > view.right() + kGrabPx)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPen& pen : {QPen(kSeam, 5), QPen(kLine, 2)}) {
        painter.setPen(pen);
        painter.drawLine(QPointF(x, picture.top()), QPointF(x, picture.bottom()));
    }
    const QPointF middle(x, picture.center().y());
    painter.setPen(QPen(kSeam, 2));
    painter.setBrush(kLine);
    painter.drawEllipse(middle, kHandlePx, kHandlePx);
    painter.setPen(QPen(QColor("#16191d"), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (const double side : {-1.0, 1.0}) {
        const QPointF tip = middle + QPointF(side * 10, 0);
        painter.drawPolyline(QPolygonF{{tip - QPointF(side * 5, 5), tip, tip - QPointF(side * 5, -5)}});
    }
    const double top = picture.top() + kTagGapPx;
    paintTag(painter, {x - kTagGapPx, top}, m_plan, true);
    paintTag(painter, {x + kTagGapPx, top}, m_comparison->plan, false);
    painter.restore();
}

void CompareLayer::paintTag(QPainter& painter, QPointF corner, int plan, bool isLeft) const {
    const auto index = static_cast<std::size_t>(plan);
    const QPixmap badge = PlanLook::of(index).badge(index, kTagPx, painter.device()->devicePixelRatioF());
    const QPointF place(isLeft ? corner.x() - kTagPx : corner.x(), corner.y());
    painter.drawPixmap(QRectF(place, QSizeF(kTagPx, kTagPx)), badge, QRectF(QPointF(), QSizeF(badge.size())));
}

} // namespace prunescope::ui
