#include "ui/widgets/budget_gauge.h"

#include "ui/style/format.h"
#include "ui/style/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kBarPx = 6;
constexpr int kGapPx = 4;
constexpr int kTextPx = 12;
constexpr int kLeastWidthPx = 160;

QString shareText(int part, int whole) {
    return percentText(static_cast<double>(part) / std::max(whole, 1));
}

QFont smallFont(QFont font) {
    font.setPixelSize(kTextPx);
    return font;
}

} // namespace

QString TokenFigures::text() const {
    const QString place = where.isEmpty() ? QString() : where + QStringLiteral(": ");
    const QString about = isAbout ? QStringLiteral("≈ ") : QString();
    const QString counts = BudgetGauge::tr("%1 of %2 tokens · %3")
                               .arg(about + countText(left), countText(reached), shareText(left, reached));
    if (reached == all)
        return place + counts;
    return place + BudgetGauge::tr("%1, %2 of the picture").arg(counts, shareText(left, all));
}

BudgetGauge::BudgetGauge(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("Tokens that this leaves, of those that reach it. The bar is the whole picture: pale what reaches "
                  "it, strong what it leaves."));
}

void BudgetGauge::setFigures(const TokenFigures& figures) {
    if (figures == m_figures)
        return;
    m_figures = figures;
    setAccessibleName(figures.text());
    update();
}

QSize BudgetGauge::sizeHint() const {
    const QFontMetrics metrics(smallFont(font()));
    return {std::max(kLeastWidthPx, metrics.horizontalAdvance(m_figures.text())), metrics.height() + kGapPx + kBarPx};
}

QSize BudgetGauge::minimumSizeHint() const {
    return {kLeastWidthPx, sizeHint().height()};
}

void BudgetGauge::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colours& colours = coloursOf(palette());
    const QFont small = smallFont(font());
    painter.setFont(small);
    painter.setPen(colours.muted);
    const QFontMetrics metrics(small);
    painter.drawText(QRect(0, 0, width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_figures.text(), Qt::ElideRight, width()));
    const auto bar = [&](int tokens, QColor colour, double opacity) {
        const double share = std::clamp(static_cast<double>(tokens) / std::max(m_figures.all, 1), 0.0, 1.0);
        colour.setAlphaF(static_cast<float>(opacity));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(0, height() - kBarPx, share * width(), kBarPx), kBarPx / 2, kBarPx / 2);
    };
    bar(m_figures.all, colours.border, 1);
    bar(m_figures.reached, colours.good, 0.35);
    bar(m_figures.left, colours.good, 1);
}

} // namespace prunescope::ui
