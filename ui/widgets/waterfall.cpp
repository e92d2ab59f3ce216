#include "ui/widgets/waterfall.h"

#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/tips.h"

#include <QPainter>
#include <algorithm>
#include <numeric>

namespace prunescope::ui {

namespace {

constexpr int kLeastRowPx = 15;
constexpr int kMostRowPx = 24;
constexpr int kTitlePx = 90;
constexpr int kTimePx = 80; ///< right of the longest bar
constexpr int kCaptionPx = 26;
constexpr double kThinnestPx = 2; ///< of a step that took any time

} // namespace

Waterfall::Waterfall(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Stages one after the other"));
}

void Waterfall::setSteps(std::vector<WaterfallStep> steps) {
    m_steps = std::move(steps);
    QStringList spoken;
    for (const WaterfallStep& step : m_steps)
        spoken << tr("%1 %2").arg(step.title, msText(step.ms));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

void Waterfall::setCaptions(const QString& above, const QString& below) {
    m_above = above;
    m_below = below;
    updateGeometry();
    update();
}

int Waterfall::captionsPx() const {
    return (m_above.isEmpty() ? 0 : kCaptionPx) + (m_below.isEmpty() ? 0 : kCaptionPx);
}

QSize Waterfall::sizeHint() const {
    return {480, static_cast<int>(m_steps.size()) * kMostRowPx + captionsPx()};
}

QSize Waterfall::minimumSizeHint() const {
    return {kTitlePx + kTimePx + 120, static_cast<int>(m_steps.size()) * kLeastRowPx + captionsPx()};
}

double Waterfall::rowPx() const {
    const double room = (height() - captionsPx()) / std::max(1.0, static_cast<double>(m_steps.size()));
    return std::clamp<double>(room, kLeastRowPx, kMostRowPx);
}

QRectF Waterfall::row(int step) const {
    return {0, (m_above.isEmpty() ? 0 : kCaptionPx) + step * rowPx(), static_cast<double>(width()), rowPx()};
}

double Waterfall::totalMs() const {
    return std::accumulate(m_steps.begin(), m_steps.end(), 0.0,
                           [](double sum, const WaterfallStep& step) { return sum + step.ms; });
}

QRectF Waterfall::bar(int step) const {
    const double total = totalMs(), scale = total > 0 ? std::max(10, width() - kTitlePx - kTimePx) / total : 0;
    double begin = 0;
    for (int i = 0; i < step; ++i)
        begin += m_steps[static_cast<std::size_t>(i)].ms;
    const QRectF whole = row(step).adjusted(0, 2, 0, -2);
    return {kTitlePx + begin * scale, whole.top(), m_steps.at(static_cast<std::size_t>(step)).ms * scale,
            whole.height()};
}

void Waterfall::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colours& colours = coloursOf(palette());
    painter.setPen(colours.text);
    const QRectF above(0, 0, width(), kCaptionPx);
    painter.drawText(above, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_above, Qt::ElideRight, width()));
    for (int step = 0; step < static_cast<int>(m_steps.size()); ++step)
        paintStep(painter, step);
    painter.setPen(colours.muted);
    const double end = row(static_cast<int>(m_steps.size())).top();
    painter.drawText(above.translated(0, end), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_below, Qt::ElideRight, width()));
}

void Waterfall::paintStep(QPainter& painter, int step) const {
    const Colours& colours = coloursOf(palette());
    const WaterfallStep& shown = m_steps[static_cast<std::size_t>(step)];
    const QRectF line = row(step);
    QRectF drawn = bar(step);
    painter.setPen(colours.border);
    painter.drawLine(QPointF(drawn.left(), line.top()), QPointF(drawn.left(), line.bottom()));
    if (shown.ms > 0) {
        drawn.setWidth(std::max(kThinnestPx, drawn.width()));
        painter.fillRect(drawn, shown.colour);
    }
    painter.setPen(shown.ms > 0 ? colours.text : colours.muted);
    painter.drawText(QRectF(0, line.top(), kTitlePx - 8, line.height()), Qt::AlignLeft | Qt::AlignVCenter, shown.title);
    painter.drawText(QRectF(drawn.right() + 6, line.top(), kTimePx, line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     shown.ms > 0 ? msText(shown.ms) : QStringLiteral("—"));
}

QString Waterfall::tipAt(QPointF position) const {
    for (int step = 0; step < static_cast<int>(m_steps.size()); ++step)
        if (row(step).contains(position)) {
            const WaterfallStep& shown = m_steps[static_cast<std::size_t>(step)];
            return tr("%1: %2\n%3").arg(shown.title, msText(shown.ms), shown.help);
        }
    return {};
}

bool Waterfall::event(QEvent* event) {
    return showTip(*event, *this) || QWidget::event(event);
}

} // namespace prunescope::ui
