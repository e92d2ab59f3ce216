#include "ui/evaluation/answer_picture.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr double kPointPx = 6; ///< radius of the ring around a place without an extent
constexpr int kLinePx = 2;

} // namespace

AnswerPicture::AnswerPicture(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void AnswerPicture::show(const Content& content) {
    m_content = content;
    setAccessibleDescription(content.picture.isNull() ? content.whyNone : QString());
    update();
}

QRectF AnswerPicture::pictureRect() const {
    const QSizeF size = QSizeF(m_content.picture.size()).scaled(QSizeF(this->size()), Qt::KeepAspectRatio);
    return {QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size};
}

QRectF AnswerPicture::onWidget(const PixelBox& box) const {
    const QRectF all = pictureRect();
    const double x = all.width() / std::max(1, m_content.size.width),
                 y = all.height() / std::max(1, m_content.size.height);
    return QRectF(QPointF(all.x() + box.left * x, all.y() + box.top * y),
                  QPointF(all.x() + box.right * x, all.y() + box.bottom * y));
}

void AnswerPicture::drawPlace(QPainter& painter, const PixelBox& box, const QColor& colour, Qt::PenStyle line) const {
    const QRectF rect = onWidget(box);
    const bool isPoint = rect.width() < 1 && rect.height() < 1;
    for (const auto& pen : {QPen(QColor(0, 0, 0, 180), 2 * kLinePx), QPen(colour, kLinePx, line)}) { // on any ground
        painter.setPen(pen);
        isPoint ? painter.drawEllipse(rect.center(), kPointPx, kPointPx) : painter.drawRect(rect);
    }
}

void AnswerPicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colours& colours = coloursOf(palette());
    painter.fillRect(rect(), colours.canvas);
    if (m_content.picture.isNull()) {
        painter.setPen(QColor(0xa4, 0xab, 0xb5)); // the canvas is dark in both themes
        painter.drawText(rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, m_content.whyNone);
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawImage(pictureRect(), m_content.picture);
    if (m_content.expected)
        drawPlace(painter, *m_content.expected, QColor(0x4f, 0xca, 0x90), Qt::DashLine);
    if (m_content.named)
        drawPlace(painter, *m_content.named, QColor(0xf2, 0xc1, 0x4e), Qt::SolidLine);
}

} // namespace prunescope::ui
