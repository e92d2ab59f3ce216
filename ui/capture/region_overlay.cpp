#include "ui/capture/region_overlay.h"

#include "ui/capture/region_chooser.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScreen>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr int kLensPixels = 17; ///< on a side; odd: the middle one is under the pointer
constexpr int kLensZoom = 8;
constexpr int kLensPx = kLensPixels * kLensZoom;
constexpr int kLabelHeightPx = 28;
constexpr int kLabelWidthPx = 264; ///< "12 345 × 12 345 px · too narrow for a model"
constexpr int kAwayPx = 24;        ///< from the pointer
constexpr int kEdgePx = 4;         ///< of the region's outline
const QColor kChip(24, 28, 34, 235);
const QColor kText(232, 237, 243);

QRect toRect(const QRectF& rect) {
    return rect.toAlignedRect();
}

/// What differs between two regions: between their edges, and the edges themselves.
QRegion difference(const QRect& a, const QRect& b) {
    const auto edges = [](const QRect& rect) {
        return rect.isEmpty() ? QRegion()
                              : QRegion(rect.adjusted(-kEdgePx, -kEdgePx, kEdgePx, kEdgePx))
                                    .subtracted(rect.adjusted(kEdgePx, kEdgePx, -kEdgePx, -kEdgePx));
    };
    return QRegion(a).xored(b) + edges(a) + edges(b);
}

} // namespace

RegionOverlay::RegionOverlay(RegionChooser& chooser, PixelRect source, QScreen* on)
    : QWidget(nullptr, Qt::Window | Qt::FramelessWindowHint | Qt::WindowStaysOnTopHint | Qt::BypassWindowManagerHint),
      m_chooser(chooser), m_source(source), m_screen(on) {
    setObjectName(QStringLiteral("regionOverlay"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    setCursor(Qt::CrossCursor);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setWindowTitle(tr("Choose a region"));
}

void RegionOverlay::showOnScreen() {
    QScreen* screen = m_screen ? m_screen : QGuiApplication::primaryScreen();
    setScreen(screen);
    setGeometry(screen->geometry()); // without a window manager full screen is nobody's job
    showFullScreen();
    raise();
    activateWindow();
    setFocus();
    if (QGuiApplication::platformName() == QLatin1String("xcb"))
        grabKeyboard(); // such a window is not given the focus
}

void RegionOverlay::resizeEvent(QResizeEvent*) {
    makePicture();
}

void RegionOverlay::makePicture() {
    const QRectF source(m_source.x, m_source.y, m_source.width, m_source.height);
    const double zoom = width() / source.width();
    m_transform = m_screen ? ViewTransform{zoom, -source.topLeft() * zoom} : fitted(source.size(), rect());
    const double dpr = devicePixelRatioF();
    m_picture = QPixmap((QSizeF(size()) * dpr).toSize());
    m_picture.setDevicePixelRatio(dpr);
    m_picture.fill(Qt::black);
    QPainter painter(&m_picture);
    const double pixels = m_transform.zoom * dpr;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, std::abs(pixels - std::round(pixels)) > 1e-3);
    painter.drawImage(m_transform.toView(source), m_chooser.desktop().image, source);
}

QPointF RegionOverlay::toPicture(QPointF position) const {
    const ScreenLayout& layout = m_chooser.desktop().layout;
    if (!m_screen || rect().contains(position.toPoint()) || layout.screens().empty())
        return m_transform.toPicture(position);
    const QPointF logical = QPointF(m_screen->geometry().topLeft()) + position; // on another screen, with its scale
    const PixelPoint point = layout.toPicture({logical.x(), logical.y()});
    return {point.x, point.y};
}

// Drawing ------------------------------------------------------------------------------------------------------------

QRect RegionOverlay::hintRect() const {
    const int width = std::min(this->width() - 2 * kAwayPx, 520);
    return {(this->width() - width) / 2, height() - kAwayPx - kLabelHeightPx, width, kLabelHeightPx};
}

QRect RegionOverlay::magnifierRect(QPoint pointer) const {
    const QSize size(std::max(kLensPx, kLabelWidthPx), kLensPx + kLabelHeightPx);
    QPoint corner = pointer + QPoint(kAwayPx, kAwayPx);
    if (corner.x() + size.width() > width())
        corner.setX(pointer.x() - kAwayPx - size.width());
    if (corner.y() + size.height() > height())
        corner.setY(pointer.y() - kAwayPx - size.height());
    return {corner, size};
}

RegionOverlay::Shown RegionOverlay::now() const {
    Shown shown;
    const PixelRect region = m_chooser.region();
    if (!region.empty())
        shown.region = toRect(m_transform.toView(QRectF(region.x, region.y, region.width, region.height)));
    if (const auto pointer = m_chooser.pointer())
        if (const QPoint at = m_transform.toView(*pointer).toPoint(); rect().contains(at))
            shown.magnifier = magnifierRect(at);
    shown.hint = region.empty();
    return shown;
}

void RegionOverlay::refresh() {
    const Shown shown = now();
    QRegion changed = difference(m_shown.region, shown.region) + m_shown.magnifier + shown.magnifier;
    if (shown.hint != m_shown.hint) // all around a region is darker than without one
        changed = rect();
    m_shown = shown;
    setAccessibleName(m_chooser.label());
    update(changed);
}

void RegionOverlay::paintEvent(QPaintEvent* event) {
    m_shown = now();
    QPainter painter(this);
    painter.setClipRegion(event->region());
    painter.drawPixmap(0, 0, m_picture);
    const PixelRect region = m_chooser.region();
    if (region.empty())
        painter.fillRect(rect(), QColor(10, 12, 16, 90));
    else
        RegionTool::paintCrop(painter, region, m_chooser.size(), m_transform);
    if (m_shown.hint)
        paintHint(painter);
    if (!m_shown.magnifier.isEmpty())
        paintMagnifier(painter, m_shown.magnifier);
}

void RegionOverlay::paintHint(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kChip);
    painter.drawRoundedRect(hintRect(), 6, 6);
    painter.setPen(kText);
    painter.drawText(hintRect(), Qt::AlignCenter,
                     tr("Drag over a region, or use the arrow keys and Enter. Esc gives up."));
}

void RegionOverlay::paintMagnifier(QPainter& painter, const QRect& rect) const {
    const QRect lens(rect.topLeft(), QSize(kLensPx, kLensPx));
    paintLens(painter, lens);
    const QRect label(rect.left(), lens.bottom() + 1, rect.width(), kLabelHeightPx);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kChip);
    painter.drawRoundedRect(label.adjusted(0, 2, 0, 0), 6, 6);
    painter.setPen(kText);
    painter.drawText(label.adjusted(8, 2, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, m_chooser.label());
}

void RegionOverlay::paintLens(QPainter& painter, const QRect& rect) const {
    const QPointF pointer = *m_chooser.pointer();
    const QPoint first = QPoint(static_cast<int>(std::floor(pointer.x())), static_cast<int>(std::floor(pointer.y()))) -
                         QPoint(kLensPixels / 2, kLensPixels / 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.fillRect(rect, Qt::black); // beyond the picture
    painter.drawImage(rect, m_chooser.desktop().image.copy(QRect(first, QSize(kLensPixels, kLensPixels))));
    const QRect middle(rect.topLeft() + QPoint(kLensPixels / 2, kLensPixels / 2) * kLensZoom,
                       QSize(kLensZoom, kLensZoom));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(Qt::black);
    painter.drawRect(middle.adjusted(-1, -1, 0, 0));
    painter.drawRect(rect.adjusted(0, 0, -1, -1));
    painter.setPen(Qt::white);
    painter.drawRect(middle.adjusted(-2, -2, 1, 1));
    painter.drawRect(rect.adjusted(1, 1, -2, -2));
}

// Input --------------------------------------------------------------------------------------------------------------

void RegionOverlay::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        m_chooser.press(toPicture(event->position()));
    else if (event->button() == Qt::RightButton)
        m_chooser.cancel();
}

void RegionOverlay::mouseMoveEvent(QMouseEvent* event) {
    m_chooser.move(toPicture(event->position()));
}

void RegionOverlay::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        m_chooser.release(toPicture(event->position()));
}

void RegionOverlay::keyPressEvent(QKeyEvent* event) {
    m_chooser.pressKey(*event);
}

void RegionOverlay::closeEvent(QCloseEvent* event) {
    event->accept();
    m_chooser.cancel();
}

} // namespace prunescope::ui
