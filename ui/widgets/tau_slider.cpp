#include "ui/widgets/tau_slider.h"

#include "ui/style/theme.h"
#include "ui/widgets/tau_scale.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <iterator>

namespace prunescope::ui {

namespace {

constexpr double kHandlePx = 14;
constexpr double kTrackPx = 4;
constexpr double kTrackY = 12; ///< middle of the track
constexpr double kEdgePx = 9;  ///< room for the handle and its focus ring at the ends
constexpr int kHeightPx = 44;

QString markText(double tau) {
    return tau == 0 ? TauSlider::tr("0 lossless") : QString::number(tau);
}

} // namespace

TauSlider::TauSlider(QWidget* parent) : QAbstractSlider(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setOrientation(Qt::Horizontal);
    setPageStep(5);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractSlider::actionTriggered, this, [this] {
        m_tau = m_stops[static_cast<std::size_t>(sliderPosition())];
        update();
        Q_EMIT tauMoved(m_tau);
    });
}

void TauSlider::setStops(std::vector<double> stops) {
    m_stops = std::move(stops);
    const double tau = m_tau;
    setRange(0, static_cast<int>(m_stops.size()) - 1);
    setTau(tau);
}

double TauSlider::tau() const {
    return m_tau;
}

void TauSlider::setTau(double tau) {
    m_tau = tau;
    const auto next = std::ranges::upper_bound(m_stops, tau + 1e-9);
    setValue(std::max(0, static_cast<int>(std::distance(m_stops.begin(), next)) - 1));
    update();
}

QSize TauSlider::sizeHint() const {
    return {280, kHeightPx};
}

double TauSlider::xOf(double tau) const {
    return kEdgePx + positionOfTau(tau) * (width() - 2 * kEdgePx);
}

void TauSlider::moveTo(double x) {
    const auto nearest = std::ranges::min_element(m_stops, {}, [&](double stop) { return std::abs(xOf(stop) - x); });
    if (*nearest == m_tau)
        return;
    setTau(*nearest);
    Q_EMIT tauMoved(m_tau);
}

void TauSlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    setSliderDown(true);
    moveTo(event->position().x());
}

void TauSlider::mouseMoveEvent(QMouseEvent* event) {
    if (isSliderDown())
        moveTo(event->position().x());
}

void TauSlider::mouseReleaseEvent(QMouseEvent*) {
    setSliderDown(false);
    update();
}

void TauSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled())
        painter.setOpacity(0.45);
    paintTrack(painter);
    paintMarks(painter);
    paintHandle(painter);
}

void TauSlider::paintTrack(QPainter& painter) const {
    const Colours& colours = coloursOf(palette());
    const QRectF track(kEdgePx, kTrackY - kTrackPx / 2, width() - 2 * kEdgePx, kTrackPx);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.border);
    painter.drawRoundedRect(track, kTrackPx / 2, kTrackPx / 2);
    painter.setBrush(colours.accent);
    painter.drawRoundedRect(QRectF(track.topLeft(), QPointF(xOf(m_tau), track.bottom())), kTrackPx / 2, kTrackPx / 2);
}

void TauSlider::paintMarks(QPainter& painter) const {
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    const QFontMetricsF metrics(small);
    for (const double mark : kTauMarks) {
        const double x = xOf(mark);
        painter.setPen(coloursOf(palette()).border);
        painter.drawLine(QPointF(x, kTrackY + 8), QPointF(x, kTrackY + 11));
        painter.setPen(coloursOf(palette()).muted);
        const double textWidth = metrics.horizontalAdvance(markText(mark));
        const double left = std::clamp(x - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
        painter.drawText(QPointF(left, kHeightPx - 6), markText(mark));
    }
}

void TauSlider::paintHandle(QPainter& painter) const {
    const Colours& colours = coloursOf(palette());
    const QPointF centre(xOf(m_tau), kTrackY);
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, kHandlePx / 2 + 2.5, kHandlePx / 2 + 2.5);
    }
    painter.setPen(QPen(colours.accent, 2));
    painter.setBrush(isSliderDown() ? colours.accent : QColor(Qt::white));
    painter.drawEllipse(centre, kHandlePx / 2 - 1, kHandlePx / 2 - 1);
}

} // namespace prunescope::ui
