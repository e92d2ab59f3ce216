#include "ui/panels/session_chart.h"

#include "core/records/record_columns.h"
#include "ui/session/plan_title.h"
#include "ui/session/session_times.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"
#include "ui/widgets/widget_picture.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr QSize kPicturePx{960, 480};

/// A column of the records that can be looked at over the session.
struct Figure {
    const char* title;
    std::string_view column;
    double scale = 1; ///< of the chart's unit
};

constexpr Figure kFigures[]{
    {QT_TRANSLATE_NOOP("SessionChart", "Time to first token, ms"), "ttft_ms"},
    {QT_TRANSLATE_NOOP("SessionChart", "Whole answer, ms"), "total_ms"},
    {QT_TRANSLATE_NOOP("SessionChart", "Tokens a second"), "tokens_per_second"},
    {QT_TRANSLATE_NOOP("SessionChart", "Prompt tokens"), "prompt_tokens"},
    {QT_TRANSLATE_NOOP("SessionChart", "Most memory, GB"), "peak_bytes", 1e-9},
};

QString titleOf(const Figure& figure) {
    return QCoreApplication::translate("SessionChart", figure.title);
}

/// Titles that two plans share say nothing: those have all of the plan.
void tellApart(std::vector<ChartLine>& lines, const std::vector<std::string>& plans) {
    QStringList titles;
    for (const std::string& plan : plans)
        titles << planTitle(plan);
    for (qsizetype i = 0; i < titles.size(); ++i)
        lines[static_cast<std::size_t>(i)].title =
            titles.count(titles[i]) > 1 ? fromUtf8(plans[static_cast<std::size_t>(i)]) : titles[i];
}

} // namespace

SessionChart::SessionChart(const SessionTimes& times, QWidget* parent)
    : QWidget(parent), m_times(times), m_figure(new QComboBox(this)),
      m_chart(new LineChart(QString(), tr("question"), this)) {
    m_figure->setObjectName(QStringLiteral("sessionFigure"));
    m_figure->setAccessibleName(tr("Figure over the session"));
    for (const Figure& figure : kFigures)
        m_figure->addItem(titleOf(figure));
    auto* caption = new QLabel(tr("Over this session"), this);
    caption->setObjectName(QStringLiteral("muted"));
    caption->setBuddy(m_figure);
    m_chart->setObjectName(QStringLiteral("sessionChart"));
    auto* head = new QHBoxLayout;
    head->addWidget(caption);
    head->addWidget(m_figure);
    head->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(m_chart, 1);
    connect(m_figure, &QComboBox::currentIndexChanged, this, &SessionChart::refresh);
    connect(&m_times, &SessionTimes::added, this, &SessionChart::refresh);
    refresh();
}

void SessionChart::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh(); // the colours are the theme's
}

std::vector<ChartLine> SessionChart::lines() const {
    const Figure& figure = kFigures[m_figure->currentIndex()];
    std::vector<std::string> plans;
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < m_times.records().size(); ++i) {
        const InteractionRecord& record = m_times.records()[i];
        const std::string plan = record.answer.value("plan", std::string());
        const auto index = static_cast<std::size_t>(std::ranges::find(plans, plan) - plans.begin());
        if (index == plans.size()) {
            plans.push_back(plan);
            lines.push_back({{}, seriesColour(palette(), index), Qt::SolidLine, {}, {}, chartMark(index)});
        }
        if (const auto value = recordFigure(record, figure.column)) {
            lines[index].x.push_back(static_cast<double>(i + 1));
            lines[index].y.push_back(*value * figure.scale);
        }
    }
    tellApart(lines, plans);
    return lines;
}

void SessionChart::fill(LineChart& chart) const {
    const std::vector<ChartLine> shown = lines();
    std::vector<double> values{0}; // times are compared from 0 on
    for (const ChartLine& line : shown)
        values.insert(values.end(), line.y.begin(), line.y.end());
    const ChartAxis axis = ChartAxis::around(values, false);
    chart.setTitle(m_figure->currentText());
    chart.setFixedRange(axis.low(), axis.high());
    chart.setLines(shown);
    chart.setLegend(shown);
}

void SessionChart::refresh() {
    fill(*m_chart);
}

QImage SessionChart::picture() const {
    LineChart drawn(QString(), tr("question"));
    fill(drawn);
    return widgetPicture(drawn, kPicturePx);
}

} // namespace prunescope::ui
