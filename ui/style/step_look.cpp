#include "ui/style/step_look.h"

#include "core/base/stage_times.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <array>

namespace prunescope::ui {

namespace {

constexpr float kTintOpacity = 0.34f;
constexpr float kLineOpacity = 0.5f;
constexpr float kChartLineOpacity = 0.55f;

// Blue and violet are the encoder's and the prompt's in the time bar; further steps of the language model lie beside
// the violet.
constexpr std::array kLanguageColours{"#9178e8", "#d56fc9", "#e8826f", "#e0a045"};
constexpr std::array kLanguageLines{Qt::FDiagPattern, Qt::HorPattern, Qt::VerPattern, Qt::DiagCrossPattern};

} // namespace

StepLook StepLook::of(Place part, int ordinal) {
    const auto step = static_cast<std::size_t>(ordinal) % kLanguageColours.size();
    switch (part) {
    case Place::Input:
    case Place::VisionLayer:
        return {stageColour(stage::kPreprocess), Qt::NoBrush};
    case Place::AfterEncoder:
        return {stageColour(stage::kVit), ordinal % 2 == 0 ? Qt::BDiagPattern : Qt::CrossPattern};
    case Place::LanguageLayer:
        break;
    }
    return {QLatin1String(kLanguageColours[step]), kLanguageLines[step]};
}

void StepLook::paintOver(QPainter& painter, const QRect& rect) const {
    if (lines == Qt::NoBrush)
        return; // what never reached the encoder only recedes
    QColor tint = colour, line = colour.lighter(125);
    tint.setAlphaF(kTintOpacity);
    line.setAlphaF(kLineOpacity);
    painter.fillRect(rect, tint);
    painter.fillRect(rect, QBrush(line, lines));
}

void StepLook::fill(QPainter& painter, const QRectF& rect) const {
    painter.fillRect(rect, colour);
    QColor line(0, 0, 0);
    line.setAlphaF(kChartLineOpacity);
    if (lines != Qt::NoBrush)
        painter.fillRect(rect, QBrush(line, lines));
}

QPixmap StepLook::swatch(QSize size, qreal dpr) const {
    QPixmap pixmap = clearPixmap(size, dpr);
    QPainter painter(&pixmap);
    fill(painter, QRectF(QPointF(), QSizeF(size)));
    return pixmap;
}

} // namespace prunescope::ui
