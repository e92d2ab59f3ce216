#include "ui/widgets/stage_bars.h"

#include "core/base/format.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/tips.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kRowPx = 24;
constexpr int kBarPx = 16;
constexpr double kExpectedOpacity = 0.45;
constexpr int kTitlePx = 190;
constexpr int kTotalPx = 76;
const QColor kOnStage("#0e1318"); ///< reads on every stage colour

/// The three times that methods are compared by (uniprune spec 6).
QString totalTip(const StageBar& bar) {
    QStringList lines;
    if (!bar.expected)
        lines
            << StageBars::tr("Total %1: the whole answer, every token of it").arg(msText(bar.times.ms(stage::kTotal)));
    const double methodMs = bar.times.ms(stage::kMethod);
    lines << StageBars::tr("Prefill %1: the language model reads the prompt, with what methods take")
                 .arg(msText(bar.times.ms(stage::kPrefill) + methodMs))
          << StageBars::tr("Method %1 of it: scores, choice and new layout").arg(msText(methodMs));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

double StageBar::totalMs() const {
    double sum = 0;
    for (const std::string_view stage : barStages())
        sum += times.ms(stage);
    return sum;
}

const std::vector<std::string_view>& barStages() {
    static const std::vector stages{stage::kPreprocess, stage::kSelect,  stage::kVit,
                                    stage::kMethod,     stage::kPrefill, stage::kSample};
    return stages;
}

StageBars::StageBars(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Time of each stage"));
}

void StageBars::setBars(std::vector<StageBar> bars) {
    m_bars = std::move(bars);
    QStringList spoken;
    for (const StageBar& bar : m_bars)
        spoken << tr("%1: %2 to first token").arg(bar.title, msText(bar.totalMs()));
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize StageBars::sizeHint() const {
    return {480, std::max(1, static_cast<int>(m_bars.size())) * kRowPx};
}

QSize StageBars::minimumSizeHint() const {
    return {kTitlePx + kTotalPx + 120, sizeHint().height()};
}

QRectF StageBars::track(int bar) const {
    return {kTitlePx, bar * kRowPx + (kRowPx - kBarPx) / 2.0, std::max(10.0, width() - kTitlePx - kTotalPx - 0.0),
            kBarPx};
}

QRectF StageBars::segment(int bar, std::string_view stage) const {
    double longest = 0;
    for (const StageBar& other : m_bars)
        longest = std::max(longest, other.totalMs());
    const StageTimes& times = m_bars.at(static_cast<std::size_t>(bar)).times;
    const QRectF whole = track(bar);
    const double scale = longest > 0 ? whole.width() / longest : 0;
    double x = whole.left();
    for (const std::string_view name : barStages()) {
        const double length = times.ms(name) * scale;
        if (name == stage)
            return {x, whole.top(), length, whole.height()};
        x += length;
    }
    return {};
}

void StageBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int bar = 0; bar < static_cast<int>(m_bars.size()); ++bar)
        paintBar(painter, bar);
}

void StageBars::paintBar(QPainter& painter, int bar) const {
    const StageBar& shown = m_bars[static_cast<std::size_t>(bar)];
    const Colours& colours = coloursOf(palette());
    const QFontMetricsF metrics(font());
    const QRectF row(0, bar * kRowPx, width(), kRowPx);
    painter.setPen(colours.text);
    painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(shown.title, Qt::ElideRight, kTitlePx - 8));
    painter.save();
    QRectF drawn = track(bar);
    drawn.setRight(segment(bar, barStages().back()).right());
    QPainterPath rounded;
    rounded.addRoundedRect(drawn, 4, 4);
    painter.setClipPath(rounded);
    painter.setOpacity(shown.expected ? kExpectedOpacity : 1.0);
    for (const std::string_view stage : barStages()) {
        const QRectF part = segment(bar, stage);
        painter.fillRect(part, stageColour(stage));
        const QString name = stageTitle(stage);
        if (metrics.horizontalAdvance(name) + 12 < part.width()) {
            painter.setPen(kOnStage);
            painter.drawText(part, Qt::AlignCenter, name);
        }
    }
    painter.restore();
    painter.setPen(colours.text);
    painter.drawText(totalRect(bar), Qt::AlignVCenter | Qt::AlignLeft,
                     shown.expected ? QStringLiteral("≈ ") + fromUtf8(formatAboutMs(shown.totalMs()))
                                    : msText(shown.totalMs()));
}

QRectF StageBars::totalRect(int bar) const {
    return {segment(bar, barStages().back()).right() + 8, bar * kRowPx + 0.0, kTotalPx, kRowPx};
}

QString StageBars::tipAt(QPointF position) const {
    for (int bar = 0; bar < static_cast<int>(m_bars.size()); ++bar) {
        const StageBar& shown = m_bars[static_cast<std::size_t>(bar)];
        if (QRectF(0, bar * kRowPx, kTitlePx, kRowPx).contains(position))
            return shown.title; // all of it
        for (const std::string_view stage : barStages())
            if (shown.times.ms(stage) > 0 && segment(bar, stage).adjusted(-1, -2, 1, 2).contains(position))
                return tr("%1: %2\n%3").arg(stageTitle(stage), msText(shown.times.ms(stage)), stageHelp(stage));
        if (totalRect(bar).contains(position))
            return totalTip(shown);
    }
    return {};
}

bool StageBars::event(QEvent* event) {
    return showTip(*event, *this) || QWidget::event(event);
}

} // namespace prunescope::ui
