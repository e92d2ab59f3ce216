#include "ui/panels/pruning_panel.h"

#include "core/metrics/metric.h"
#include "core/strategies/strategy.h"
#include "ui/panels/strategy_options.h"
#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/style/text.h"
#include "ui/widgets/gauge.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/tau_scale.h"
#include "ui/widgets/tau_slider.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

QString approximately(const std::optional<double>& ms) {
    return ms ? PruningPanel::tr("≈ %1").arg(msText(*ms)) : QStringLiteral("—");
}

QHBoxLayout* lineIn(QWidget* widget) {
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

} // namespace

PruningPanel::PruningPanel(MaskView& mask, const ExpectedCost& cost, QWidget* parent)
    : Panel(QStringLiteral("pruning"), tr("Pruning"), parent), m_mask(mask), m_cost(cost),
      m_options(new StrategyOptions(this)), m_slider(new TauSlider(this)) {
    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(makeStrategies());
    layout->addWidget(m_options);
    layout->addWidget(makeThresholdLine());
    layout->addWidget(m_slider);
    layout->addWidget(makeMetricLine());
    layout->addWidget(makeGauges());
    content->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setWidget(content);
    m_slider->setAccessibleName(tr("Threshold tau"));
    connectControls();
    showSettings();
    showCosts();
}

QWidget* PruningPanel::makeStrategies() {
    m_strategies = new Segmented(this);
    m_strategies->setAccessibleName(tr("Strategy"));
    for (const StrategyEntry& entry : strategies())
        if (!entry.isBaseline)
            m_strategies->add(fromUtf8(entry.name), fromUtf8(entry.title), fromUtf8(entry.help));
    m_strategies->addMenu(tr("More"),
                          tr("Baselines to compare with: as many blocks as Pred-2D keeps, chosen otherwise"));
    for (const StrategyEntry& entry : strategies())
        if (entry.isBaseline)
            m_strategies->addMore(fromUtf8(entry.name), fromUtf8(entry.title), fromUtf8(entry.help));
    return m_strategies;
}

QWidget* PruningPanel::makeThresholdLine() {
    auto* line = new QWidget(this);
    auto* caption = new QLabel(tr("Threshold τ"), line);
    m_tau = new QDoubleSpinBox(line);
    m_levels = new QLabel(line);
    m_levels->setObjectName(QStringLiteral("muted"));
    m_levels->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00.0 levels")));
    m_levels->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_tau->setObjectName(QStringLiteral("tauEdit"));
    m_tau->setRange(0, 1);
    m_tau->setDecimals(3);
    m_tau->setSingleStep(0.001);
    m_tau->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_tau->setAlignment(Qt::AlignRight);
    m_tau->setLocale(QLocale::c());
    m_tau->setKeyboardTracking(false);
    m_tau->setFixedWidth(64);
    m_tau->setAccessibleName(tr("Threshold tau, 0 to 1"));
    const QString tip = tr("A block is dropped when it differs from its prediction by at most τ (0 to 1 of the sample "
                           "range). At 0 nothing is lost: every dropped block equals its prediction.");
    for (QWidget* widget : {static_cast<QWidget*>(caption), static_cast<QWidget*>(m_tau),
                            static_cast<QWidget*>(m_levels), static_cast<QWidget*>(m_slider)})
        widget->setToolTip(tip);
    caption->setBuddy(m_tau);
    auto* layout = lineIn(line);
    layout->setSpacing(6);
    layout->addWidget(caption);
    layout->addStretch(1);
    layout->addWidget(m_tau);
    layout->addWidget(m_levels);
    return line;
}

QWidget* PruningPanel::makeMetricLine() {
    auto* line = new QWidget(this);
    auto* caption = new QLabel(tr("Metric"), line);
    m_metric = new QComboBox(line);
    for (const MetricEntry& entry : metrics()) {
        m_metric->addItem(fromUtf8(entry.name));
        m_metric->setItemData(m_metric->count() - 1, fromUtf8(entry.title), Qt::ToolTipRole);
    }
    m_metric->setObjectName(QStringLiteral("metric"));
    m_metric->setAccessibleName(tr("Metric"));
    caption->setBuddy(m_metric);
    caption->setMinimumWidth(kCaptionPx);
    m_metric->setFixedWidth(kFieldPx);
    m_anchored = new QCheckBox(line);
    m_anchored->setObjectName(QStringLiteral("anchored"));
    auto* layout = lineIn(line);
    layout->addWidget(caption);
    layout->addWidget(m_metric);
    layout->addStretch(1);
    layout->addWidget(m_anchored);
    return line;
}

QWidget* PruningPanel::makeGauges() {
    auto* line = new QWidget(this);
    m_tokens =
        new Gauge(tr("Prompt tokens"),
                  tr("Kept blocks, one visual token each, and %1 tokens of text. Struck through: without pruning.")
                      .arg(kAssumedTextTokens),
                  line);
    m_flops =
        new Gauge(tr("TFLOP"),
                  tr("Work of the vision encoder and of reading the prompt, in 10¹² floating-point operations."), line);
    m_firstToken = new Gauge(tr("First token"), QString(), line);
    auto* layout = lineIn(line);
    for (Gauge* gauge : {m_tokens, m_flops, m_firstToken})
        layout->addWidget(gauge, 1);
    return line;
}

void PruningPanel::connectControls() {
    const auto change = [this](auto field) {
        return [this, field](const auto& value) {
            MaskSettings settings = m_mask.settings();
            settings.*field = value;
            m_mask.setSettings(settings);
        };
    };
    connect(m_strategies, &Segmented::chosen, this,
            [change](const QString& id) { change (&MaskSettings::strategy)(id.toStdString()); });
    connect(m_metric, &QComboBox::textActivated, this,
            [change](const QString& name) { change (&MaskSettings::metric)(name.toStdString()); });
    connect(m_anchored, &QCheckBox::toggled, this, change(&MaskSettings::anchored));
    connect(m_options, &StrategyOptions::changed, &m_mask, &MaskView::setSettings);
    connect(m_slider, &TauSlider::tauMoved, this, &PruningPanel::setTau);
    connect(m_tau, &QDoubleSpinBox::valueChanged, this, &PruningPanel::setTau);
    connect(&m_mask, &MaskView::settingsChanged, this, &PruningPanel::showSettings);
    connect(&m_cost, &ExpectedCost::changed, this, &PruningPanel::showCosts);
}

void PruningPanel::setTau(double tau) {
    MaskSettings settings = m_mask.settings();
    settings.tau = tau;
    m_mask.setSettings(settings);
}

void PruningPanel::showSettings() {
    const MaskSettings& settings = m_mask.settings();
    m_strategies->setCurrent(fromUtf8(settings.strategy));
    m_options->setSettings(settings);
    m_metric->setCurrentText(fromUtf8(settings.metric));
    const QSignalBlocker blocker(m_anchored);
    m_anchored->setChecked(settings.anchored);
    const StrategyEntry& entry = findStrategy(settings.strategy);
    m_metric->setEnabled(entry.usesThreshold);
    m_anchored->setEnabled(entry.usesThreshold);
    nameAnchored(entry.isBaseline);
    showThreshold();
}

// A baseline bounds no error, so the words must not say so.
void PruningPanel::nameAnchored(bool forBudget) {
    m_anchored->setText(forBudget ? tr("Bounded Pred-2D") : tr("Bounded error"));
    m_anchored->setToolTip(
        forBudget ? tr("Whether Pred-2D, whose number of blocks this baseline keeps, bounds its error. The baseline "
                       "itself bounds none.")
                  : tr("Compare with what a decoder would rebuild: no dropped block is further than τ from the "
                       "picture. Without it blocks are compared with their original neighbours, and errors can "
                       "add up."));
}

void PruningPanel::showThreshold() {
    const MaskSettings& settings = m_mask.settings();
    const bool exact = settings.metric == "exact";
    const bool used = findStrategy(settings.strategy).usesThreshold && !exact;
    m_slider->setStops(tauStops(settings.metric));
    m_slider->setTau(settings.tau);
    const QSignalBlocker blocker(m_tau);
    m_tau->setValue(settings.tau);
    m_slider->setEnabled(used);
    m_tau->setEnabled(used);
    m_levels->setText(exact ? tr("exact") : levelsText(settings.tau, settings.metric));
    m_slider->setAccessibleDescription(fixedText(settings.tau, 3) + QStringLiteral(", ") + m_levels->text());
}

void PruningPanel::showCosts() {
    const auto costs = m_cost.figures();
    if (!costs) {
        for (Gauge* gauge : {m_tokens, m_flops, m_firstToken})
            gauge->setValues(QStringLiteral("—"), {});
        return;
    }
    m_tokens->setValues(countText(costs->promptTokens), countText(costs->promptTokensFull));
    m_flops->setValues(tflopText(costs->flops), tflopText(costs->flopsFull));
    m_firstToken->setValues(approximately(costs->firstTokenMs),
                            costs->firstTokenMs ? approximately(costs->firstTokenFullMs) : QString());
    m_firstToken->setToolTip(costs->firstTokenMs
                                 ? tr("Expected time to the first token, from the speed of the last answer")
                                 : tr("Expected time to the first token: known after the first answer of this model"));
}

} // namespace prunescope::ui
