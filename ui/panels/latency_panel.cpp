#include "ui/panels/latency_panel.h"

#include "core/base/format.h"
#include "ui/dialogs/save_dialog.h"
#include "ui/panels/latency_export.h"
#include "ui/panels/session_chart.h"
#include "ui/panels/waterfall_view.h"
#include "ui/session/conversation.h"
#include "ui/session/expected_cost.h"
#include "ui/session/plan_title.h"
#include "ui/session/session_times.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/plan_look.h"
#include "ui/style/theme.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/stage_bars.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

const QString kQuestion = QStringLiteral("question"), kWaterfall = QStringLiteral("waterfall"),
              kSession = QStringLiteral("session");

// "3.7 × sooner than full"; nothing where there is no difference worth a word.
QString factorText(double ms, double baselineMs, bool expected) {
    if (ms <= 0 || baselineMs <= 0)
        return {};
    const double factor = baselineMs / ms;
    QString text = LatencyPanel::tr("as soon as full");
    if (factor > 1.05)
        text = LatencyPanel::tr("%1 × sooner than full").arg(fixedText(factor, 1));
    if (factor < 0.95)
        text = LatencyPanel::tr("%1 × later than full").arg(fixedText(1 / factor, 1));
    return expected ? LatencyPanel::tr("expected: %1").arg(text) : text;
}

QString decodeText(const model::Answer& answer) {
    QStringList parts;
    const double perToken = answer.times.ms(stage::kDecodePerToken);
    if (perToken > 0)
        parts << LatencyPanel::tr("decode %1/token").arg(msText(perToken))
              << LatencyPanel::tr("%1 tokens/s").arg(fixedText(1000 / perToken, 1000 / perToken < 10 ? 1 : 0));
    if (answer.memory.kvBytes > 0)
        parts << LatencyPanel::tr("KV %1").arg(fromUtf8(formatBytes(answer.memory.kvBytes)));
    if (answer.memory.peakBytes > 0)
        parts << LatencyPanel::tr("memory %1 at most").arg(fromUtf8(formatBytes(answer.memory.peakBytes)));
    return parts.join(QStringLiteral(" · "));
}

// "picture and 412 of 498 tokens taken over"
QString reuseText(const model::Answer& answer) {
    const QString tokens = LatencyPanel::tr("%1 of %2 tokens").arg(answer.reuse.promptTokens).arg(answer.promptTokens);
    return answer.reuse.pictures > 0 ? LatencyPanel::tr("picture and %1 taken over").arg(tokens)
                                     : LatencyPanel::tr("%1 taken over").arg(tokens);
}

QString swatch(std::string_view stage) {
    return QStringLiteral("<span style='color:%1'>■</span>&nbsp;").arg(stageColour(stage).name());
}

} // namespace

LatencyPanel::LatencyPanel(const Parts& parts, QWidget* parent)
    : Panel(QStringLiteral("latency"), tr("Latency"), parent), m_conversation(parts.conversation), m_cost(parts.cost),
      m_times(parts.times), m_export(new LatencyExport(parts.notices, this)), m_views(new Segmented(this)),
      m_save(new QToolButton(this)), m_question(makeQuestion()), m_waterfall(new WaterfallView(m_times, this)),
      m_chart(new SessionChart(m_times, this)) {
    makeViews();
    makeExport();
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 4, 16, 12);
    layout->setSpacing(4);
    layout->addWidget(m_question);
    layout->addWidget(m_waterfall, 1);
    layout->addWidget(m_chart, 1);
    setWidget(content);
    connect(&m_conversation, &Conversation::turnChanged, this, [this](quint64 id) {
        if (const Turn* turn = m_conversation.turn(id); turn && !turn->isRunning())
            refresh();
    });
    connect(&m_conversation, &Conversation::cleared, this, &LatencyPanel::refresh);
    connect(&m_cost, &ExpectedCost::speedChanged, this, &LatencyPanel::refresh);
    connect(&m_times, &SessionTimes::added, this, &LatencyPanel::showView);
    refresh();
    showView();
}

QWidget* LatencyPanel::makeQuestion() {
    auto* page = new QWidget(this);
    m_empty = new QLabel(tr("After a question, the time of every stage is drawn here to scale."), page);
    m_bars = new StageBars(page);
    m_legend = new QLabel(page);
    m_decode = new QLabel(page);
    m_factor = new QLabel(page);
    for (QLabel* label : {m_empty, m_legend, m_decode})
        label->setObjectName(QStringLiteral("muted"));
    m_legend->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // never widens the window
    m_decode->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_decode->setToolTip(tr("Mean time of a token after the first · its inverse · memory of keys and values, which the "
                            "model keeps per token · most memory of the program, or of the device"));
    m_anew = new QCheckBox(tr("Compute everything anew"), page);
    m_anew->setObjectName(QStringLiteral("computeAnew"));
    m_anew->setToolTip(
        tr("A further question about the same picture takes over what the one before it has computed, and "
           "answers sooner. Tick this to measure whole prompts."));
    connect(m_anew, &QCheckBox::toggled, this, [this](bool anew) { m_conversation.setReuse(!anew); });
    auto* line = new QHBoxLayout;
    line->setSpacing(16);
    line->addWidget(m_legend, 1);
    line->addWidget(m_factor);
    auto* last = new QHBoxLayout;
    last->addWidget(m_decode, 1);
    last->addWidget(m_anew);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_empty);
    layout->addWidget(m_bars);
    layout->addLayout(line);
    layout->addLayout(last);
    layout->addStretch(1);
    return page;
}

void LatencyPanel::makeViews() {
    m_views->setObjectName(QStringLiteral("latencyViews"));
    m_views->setAccessibleName(tr("View of the times"));
    m_views->add(kQuestion, tr("To first token"), tr("The last question, with what it would take without pruning"));
    m_views->add(kWaterfall, tr("Waterfall"),
                 tr("Every stage of a question, from capture to the last token; what lies between them is left out"));
    m_views->add(kSession, tr("Session"), tr("All questions of this session, a point a question"));
    m_views->setCurrent(kQuestion);
    connect(m_views, &Segmented::chosen, this, &LatencyPanel::showView);
    addTitleWidget(m_views);
}

void LatencyPanel::makeExport() {
    m_save->setText(tr("Export"));
    m_save->setIcon(icon(QStringLiteral("export")));
    m_save->setObjectName(QStringLiteral("slim"));
    m_save->setAccessibleName(tr("Export times"));
    m_save->setIconSize({14, 14});
    m_save->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_save->setPopupMode(QToolButton::InstantPopup);
    m_save->setToolTip(tr("Write a chart, or the times of this session, to a file"));
    auto* menu = new QMenu(m_save);
    menu->addAction(tr("Waterfall as PNG…"), this, &LatencyPanel::exportWaterfall);
    menu->addAction(tr("Session chart as PNG…"), this, &LatencyPanel::exportChart);
    menu->addAction(tr("Times of this session as CSV…"), this, &LatencyPanel::exportTimes);
    m_save->setMenu(menu);
    addTitleWidget(m_save);
}

void LatencyPanel::showView() {
    const bool isEmpty = m_times.records().empty();
    m_views->setVisible(!isEmpty);
    m_save->setVisible(!isEmpty);
    const QString view = m_views->current();
    const bool changes = m_question->isHidden() == (view == kQuestion);
    m_question->setVisible(view == kQuestion);
    m_waterfall->setVisible(view == kWaterfall);
    m_chart->setVisible(view == kSession);
    if (changes) // once the layouts know
        QMetaObject::invokeMethod(this, &LatencyPanel::fitHeight, Qt::QueuedConnection);
}

void LatencyPanel::fitHeight() {
    auto* window = qobject_cast<QMainWindow*>(parentWidget());
    if (window && !isFloating() && isVisible())
        window->resizeDocks({this}, {minimumSizeHint().height()}, Qt::Vertical);
}

void LatencyPanel::exportWaterfall() {
    askWhereToSave(this, tr("Export the waterfall"), QStringLiteral("prunescope-waterfall.png"),
                   {{tr("PNG picture"), QStringLiteral("png")}},
                   [this](const QString& path) { m_export->savePicture(m_waterfall->picture(), path); });
}

void LatencyPanel::exportChart() {
    askWhereToSave(this, tr("Export the chart"), QStringLiteral("prunescope-session.png"),
                   {{tr("PNG picture"), QStringLiteral("png")}},
                   [this](const QString& path) { m_export->savePicture(m_chart->picture(), path); });
}

void LatencyPanel::exportTimes() {
    askWhereToSave(this, tr("Export the times"), QStringLiteral("prunescope-times.csv"),
                   {{tr("CSV table"), QStringLiteral("csv")}},
                   [this](const QString& path) { m_export->saveTimes(m_times.records(), path); });
}

void LatencyPanel::refresh() {
    const Turn* turn = m_conversation.lastAnswered();
    m_empty->setVisible(!turn);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_bars), static_cast<QWidget*>(m_legend), static_cast<QWidget*>(m_decode),
          static_cast<QWidget*>(m_factor), static_cast<QWidget*>(m_anew)})
        widget->setVisible(turn);
    if (turn)
        showTurn(*turn, turn->plan.prunes() && !turn->wasShortened() ? m_conversation.baselineOf(*turn) : nullptr);
    else
        m_bars->setBars({});
}

void LatencyPanel::showTurn(const Turn& turn, const Turn* baseline) {
    std::vector<StageBar> bars{{planTitle(turn.plan), turn.answer.times}};
    if (baseline)
        bars.push_back({planTitle(baseline->plan), baseline->answer.times});
    else if (const auto times = m_cost.fullTimes(turn.answer, turn.allBlocks); times && turn.plan.prunes())
        bars.push_back({tr("Full, expected"), *times, true});
    const double firstMs = bars.front().totalMs(), baselineMs = bars.back().totalMs();
    const bool isExpected = bars.back().expected;
    if (turn.wasShortened())
        showFactor(reuseText(turn.answer), false);
    else
        showFactor(bars.size() > 1 ? factorText(firstMs, baselineMs, isExpected) : QString(), !isExpected);
    m_factor->setToolTip(isExpected ? tr("From the times of this model's last answers and the work that pruning saved. "
                                         "Ask with the pruning method Full to measure it.")
                                    : QString());
    m_bars->setBars(std::move(bars));
    showLegend(turn);
    m_decode->setText(swatch(stage::kDecodePerToken) + decodeText(turn.answer));
}

void LatencyPanel::showFactor(const QString& text, bool isMeasured) {
    m_factor->setVisible(!text.isEmpty());
    m_factor->setText(text);
    m_factor->setObjectName(isMeasured ? QStringLiteral("good") : QStringLiteral("muted"));
    m_factor->setAccessibleName(text);
    style()->unpolish(m_factor);
    style()->polish(m_factor);
}

void LatencyPanel::showLegend(const Turn& turn) {
    QStringList items;
    for (const std::string_view stage : barStages())
        if (stage != stage::kMethod || turn.answer.times.ms(stage) > 0) // most plans have none
            items << QStringLiteral("<span style='white-space:nowrap'>%1%2&nbsp;%3</span>")
                         .arg(swatch(stage), stageTitle(stage).replace(QLatin1Char(' '), QStringLiteral("&nbsp;")),
                              nonZeroText(turn.answer.times.ms(stage), 1));
    m_legend->setText(items.join(QStringLiteral(" &nbsp; ")));
    m_legend->setToolTip(tr("Milliseconds"));
}

} // namespace prunescope::ui
