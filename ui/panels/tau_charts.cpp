#include "ui/panels/tau_charts.h"

#include "ui/session/tau_curve.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/tau_scale.h"

#include <QEvent>
#include <QHBoxLayout>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

std::vector<std::pair<double, QString>> tauMarks() {
    std::vector<std::pair<double, QString>> marks;
    for (const double tau : kTauMarks)
        marks.emplace_back(positionOfTau(tau), QString::number(tau));
    return marks;
}

} // namespace

TauCharts::TauCharts(TauCurve& curve, QWidget* parent)
    : QWidget(parent), m_curve(curve), m_tokens(makeChart(tr("Prompt tokens"))),
      m_firstToken(makeChart(tr("First token, ms"))) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 4, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(m_tokens);
    layout->addWidget(m_firstToken);
    connect(&m_curve, &TauCurve::changed, this, &TauCharts::refresh);
}

LineChart* TauCharts::makeChart(const QString& title) {
    auto* chart = new LineChart(title, tr("τ"), this);
    chart->setToolTip(tr("The picture follows the cursor (mouse or arrow keys); a click or Enter keeps that τ"));
    chart->setXNames(tauMarks(), [this](double place) {
        const auto tau = tauAt(place);
        return tau ? tr("τ %1").arg(fixedText(*tau, 3)) : QString();
    });
    connect(chart, &LineChart::cursorMoved, this, &TauCharts::look);
    connect(chart, &LineChart::placeChosen, this, &TauCharts::keep);
    return chart;
}

void TauCharts::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_curve.setWatched(true);
}

void TauCharts::hideEvent(QHideEvent* event) {
    look(std::nullopt);
    m_curve.setWatched(false);
    QWidget::hideEvent(event);
}

void TauCharts::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

// The charts have the scale of the slider, on which small thresholds have room.
std::optional<double> TauCharts::tauAt(double place) const {
    const auto nearest = std::ranges::min_element(
        m_curve.points(), {}, [place](const TauPoint& point) { return std::abs(positionOfTau(point.tau) - place); });
    return nearest == m_curve.points().end() ? std::nullopt : std::optional(nearest->tau);
}

void TauCharts::look(std::optional<double> place) {
    const std::optional<double> tau = place ? tauAt(*place) : m_before;
    if (!place)
        m_before.reset();
    else if (!m_before)
        m_before = m_curve.tau();
    if (tau)
        m_curve.setTau(*tau);
}

void TauCharts::keep(double place) {
    if (const std::optional<double> tau = tauAt(place)) {
        m_before = tau;
        m_curve.setTau(*tau);
    }
}

void TauCharts::refresh() {
    const QString expected = tr("expected"), measured = tr("measured");
    const QColor curve = seriesColour(palette(), 0), dots = seriesColour(palette(), 1);
    ChartLine tokens{expected, curve, Qt::SolidLine, {}, {}},
        tokenDots{measured, dots, Qt::SolidLine, {}, {}, ChartMark::Circle};
    ChartLine times = tokens, timeDots = tokenDots;
    for (const TauPoint& point : m_curve.points()) {
        tokens.x.push_back(positionOfTau(point.tau));
        tokens.y.push_back(point.promptTokens);
        if (point.firstTokenMs) {
            times.x.push_back(positionOfTau(point.tau));
            times.y.push_back(*point.firstTokenMs);
        }
    }
    for (const TauPoint& point : m_curve.measured()) {
        tokenDots.x.push_back(positionOfTau(point.tau));
        tokenDots.y.push_back(point.promptTokens);
        timeDots.x.push_back(positionOfTau(point.tau));
        timeDots.y.push_back(*point.firstTokenMs);
    }
    const QString why = m_curve.whyNone();
    const QString waiting = why.isEmpty() ? tr("Finding the masks…") : why;
    m_tokens->setEmptyText(waiting);
    m_firstToken->setEmptyText(!why.isEmpty() || m_curve.points().empty() ? waiting
                                                                          : tr("Known after the first answer"));
    for (const auto& [chart, line, measuredDots] :
         {std::tuple(m_tokens, &tokens, &tokenDots), std::tuple(m_firstToken, &times, &timeDots)}) {
        chart->setLegend({*line, *measuredDots});
        chart->setLines({std::move(*line), std::move(*measuredDots)});
        chart->setCurrent(why.isEmpty() ? std::optional(positionOfTau(m_curve.tau())) : std::nullopt);
    }
}

} // namespace prunescope::ui
