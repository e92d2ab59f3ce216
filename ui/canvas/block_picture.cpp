#include "ui/canvas/block_picture.h"

#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr double kGridFromPx = 9; ///< side of a block on screen from which lines are drawn
constexpr double kZoomOfANotch = 1.25;
constexpr double kNotch = 120; ///< eighths of a degree
// The colours of places that are lit up on the canvas: they read on light and on dark pictures.
const QColor kLit("#e08a00");
const QColor kSeam(0, 0, 0, 110);
const QColor kLines(118, 126, 140, 96);

} // namespace

BlockPicture::BlockPicture(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setAccessibleName(tr("Picture as the model sees it"));
}

const model::PromptView::Image* BlockPicture::image() const {
    return m_view && !m_view->images.empty() ? &m_view->images.front() : nullptr;
}

QSizeF BlockPicture::pictureSize() const {
    const Size size = image() ? image()->picture.size() : Size{};
    return {static_cast<double>(size.width), static_cast<double>(size.height)};
}

void BlockPicture::setPrompt(std::shared_ptr<const model::PromptView> view, const PictureLevels& picture) {
    const QSizeF before = pictureSize();
    m_view = std::move(view);
    m_picture = picture;
    m_hasGrid = m_view && m_view->hasGridPositions();
    m_lit = -1;
    setHovered(-1); // the next move tells what is there now
    if (!m_zoomed || before != pictureSize())
        showAll();
    update();
}

void BlockPicture::setLit(int block) {
    if (block == m_lit)
        return;
    m_lit = block;
    update();
}

QString BlockPicture::textOf(int block) const {
    const auto* shown = image();
    if (!shown || block < 0 || block >= shown->grid().count())
        return {};
    const model::PromptView::Token& token = m_view->tokens.at(static_cast<std::size_t>(shown->firstToken + block));
    const QString place = tr("block row %1, column %2").arg(shown->grid().row(block)).arg(shown->grid().col(block));
    if (!token.isKept())
        return tr("dropped, %1").arg(place);
    const QString position =
        m_hasGrid ? tr("t %1, y %2, x %3").arg(token.position[0]).arg(token.position[1]).arg(token.position[2])
                  : QString::number(token.position[0]);
    return tr("token %1, %2, position %3").arg(token.kept).arg(place, position);
}

int BlockPicture::blockAt(QPointF place) const {
    const auto* shown = image();
    if (!shown)
        return -1;
    const QPointF at = m_transform.toPicture(place) / shown->grid().geometry.blockPx();
    const int row = static_cast<int>(std::floor(at.y())), col = static_cast<int>(std::floor(at.x()));
    const bool inside = row >= 0 && col >= 0 && row < shown->grid().rows && col < shown->grid().cols;
    return inside ? shown->grid().index(row, col) : -1;
}

QRectF BlockPicture::viewRect(int block) const {
    const PixelRect rect = image() ? image()->grid().rect(block) : PixelRect{};
    return m_transform.toView(QRectF(rect.x, rect.y, rect.width, rect.height));
}

void BlockPicture::showAll() {
    m_zoomed = false;
    m_transform = fitted(pictureSize(), QRectF(rect()));
}

void BlockPicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!image() || m_picture.whole().isNull())
        return;
    painter.fillRect(rect(), coloursOf(palette()).canvas);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_transform.zoom < 2);
    painter.drawImage(m_transform.toView(QRectF(QPointF(), pictureSize())),
                      m_picture.forScale(m_transform.zoom * devicePixelRatioF()));
    drawKept(painter);
    for (const int block : {m_lit, m_hovered})
        if (block >= 0)
            drawLit(painter, block);
}

void BlockPicture::drawKept(QPainter& painter) const {
    const BlockGrid& grid = image()->grid();
    if (m_transform.zoom * grid.geometry.blockPx() < kGridFromPx)
        return;
    painter.setPen(kLines);
    painter.setBrush(Qt::NoBrush);
    for (const int block : image()->report.mask.keptIndices())
        if (const QRectF outline = viewRect(block); outline.intersects(QRectF(rect())))
            painter.drawRect(outline);
}

void BlockPicture::drawLit(QPainter& painter, int block) const {
    const QRectF outline = viewRect(block);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(kSeam, 4));
    painter.drawRect(outline);
    painter.setPen(QPen(kLit, 2));
    painter.drawRect(outline);
}

void BlockPicture::setHovered(int block) {
    if (block == m_hovered)
        return;
    m_hovered = block;
    update();
}

void BlockPicture::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_zoomed)
        m_transform.clampTo(pictureSize(), QRectF(rect()));
    else
        showAll();
}

void BlockPicture::mouseMoveEvent(QMouseEvent* event) {
    const int block = blockAt(event->position());
    setHovered(block);
    if (block < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(event->globalPosition().toPoint(), textOf(block), this);
}

void BlockPicture::mousePressEvent(QMouseEvent* event) {
    if (const int block = blockAt(event->position()); block >= 0 && event->button() == Qt::LeftButton)
        Q_EMIT blockChosen(block);
}

void BlockPicture::mouseDoubleClickEvent(QMouseEvent*) {
    showAll();
    update();
}

void BlockPicture::wheelEvent(QWheelEvent* event) {
    if (!image() || event->angleDelta().y() == 0)
        return;
    m_transform.zoomAt(event->position(), m_transform.zoom * std::pow(kZoomOfANotch, event->angleDelta().y() / kNotch));
    m_transform.clampTo(pictureSize(), QRectF(rect()));
    m_zoomed = true;
    update();
}

void BlockPicture::leaveEvent(QEvent* event) {
    setHovered(-1);
    QWidget::leaveEvent(event);
}

} // namespace prunescope::ui
