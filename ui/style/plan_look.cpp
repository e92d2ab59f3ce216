#include "ui/style/plan_look.h"

#include "ui/style/icons.h"

#include <QPainter>
#include <array>

namespace prunescope::ui {

namespace {

constexpr std::size_t kLetters = 26;
constexpr float kTintOpacity = 0.42f;
constexpr float kLineOpacity = 0.75f;

// The first is the green that boxes have anyway; none is the orange of what is lit up.
constexpr std::array<const char*, 4> kLines{"#1f9d5f", "#3f8efc", "#a66bf0", "#e0529c"};
constexpr std::array<const char*, 4> kLabels{"#147a47", "#1c5fc4", "#6f42c1", "#a82670"};
constexpr std::array kDashes{Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine};
constexpr std::array kPatterns{Qt::BDiagPattern, Qt::FDiagPattern, Qt::HorPattern, Qt::VerPattern};

} // namespace

QString planLetter(std::size_t index) {
    const QString letter(QChar(static_cast<char16_t>(u'A' + index % kLetters)));
    return index < kLetters ? letter : letter + QString::number(index / kLetters + 1);
}

PlanLook PlanLook::of(std::size_t index) {
    const std::size_t i = index % kLines.size();
    return {QColor(QLatin1String(kLines[i])), QColor(QLatin1String(kLabels[i])), kDashes[i], kPatterns[i]};
}

void PlanLook::paintOver(QPainter& painter, const QRectF& rect) const {
    QColor tint = line, strokes = line.lighter(150);
    tint.setAlphaF(kTintOpacity);
    strokes.setAlphaF(kLineOpacity);
    painter.fillRect(rect, tint);
    painter.fillRect(rect, QBrush(strokes, pattern));
}

QPixmap PlanLook::swatch(QSize size, qreal dpr) const {
    QPixmap pixmap = clearPixmap(size, dpr);
    QPainter painter(&pixmap);
    const QRectF all{QPointF(), QSizeF(size)};
    painter.fillRect(all, QColor(0x80, 0x86, 0x90));
    paintOver(painter, all);
    return pixmap;
}

QPixmap PlanLook::badge(std::size_t index, int sidePx, qreal dpr) const {
    QPixmap pixmap = clearPixmap({sidePx, sidePx}, dpr);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(label);
    const QRectF all(0, 0, sidePx, sidePx);
    painter.drawRoundedRect(all, 4, 4);
    QFont font = painter.font();
    font.setPixelSize(sidePx * 2 / 3);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(Qt::white);
    painter.drawText(all, Qt::AlignCenter, planLetter(index));
    return pixmap;
}

} // namespace prunescope::ui
