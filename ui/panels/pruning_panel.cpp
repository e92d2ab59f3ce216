#include "ui/panels/pruning_panel.h"

#include "core/base/format.h"
#include "core/metrics/metric.h"
#include "core/pruning/token_options.h"
#include "ui/panels/advice_line.h"
#include "ui/panels/method_options.h"
#include "ui/panels/plan_editor.h"
#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/session/text_count.h"
#include "ui/style/format.h"
#include "ui/widgets/fitted_scroll.h"
#include "ui/widgets/gauge.h"
#include "ui/widgets/option_editor.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/tau_scale.h"
#include "ui/widgets/tau_slider.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kMostLayers = 99;
constexpr int kGapPx = 8;
constexpr int kOthersPx = 316; ///< that the tool bar and the other docks of the column keep

QString approximately(const std::optional<double>& ms) {
    return ms ? PruningPanel::tr("≈ %1").arg(fromUtf8(formatAboutMs(*ms))) : QStringLiteral("—");
}

QHBoxLayout* lineIn(QWidget* widget) {
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    return layout;
}

void setItemEnabled(QComboBox& box, int index, bool isEnabled) {
    QStandardItem* item = qobject_cast<QStandardItemModel*>(box.model())->item(index);
    item->setFlags(isEnabled ? item->flags() | Qt::ItemIsEnabled : item->flags() & ~Qt::ItemIsEnabled);
}

/// Those without a line of their own in the panel. What a share counts says nothing where pixels decide.
std::vector<const OptionSpec*> furtherOptions() {
    std::vector<const OptionSpec*> options;
    for (const OptionSpec& spec : pixelMethodOptions())
        if (spec.name != kTau.name && spec.name != kMetric.name && spec.name != kAnchored.name && spec.name != kOf.name)
            options.push_back(&spec);
    return options;
}

QFrame* lineAcross(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setObjectName(QStringLiteral("sectionLine"));
    line->setFixedHeight(1);
    return line;
}

} // namespace

PruningPanel::PruningPanel(MaskView& mask, const PictureAdvice& advice, const ExpectedCost& cost, QWidget* parent)
    : Panel(QStringLiteral("pruning"), tr("Pruning"), parent), m_mask(mask), m_cost(cost),
      m_options(new MethodOptions(furtherOptions(), this)), m_slider(new TauSlider(this)) {
    auto* all = new QWidget(this);
    auto* layout = new QVBoxLayout(all);
    layout->setContentsMargins(0, 0, 0, 12);
    layout->setSpacing(0);
    auto* scroll = new FittedScroll(makeContent(advice), all);
    layout->addWidget(scroll);
    layout->addWidget(lineAcross(all)); // what scrolls ends here
    layout->addSpacing(kGapPx);
    layout->addWidget(makeGauges());
    all->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setWidget(all);
    m_slider->setAccessibleName(tr("Threshold tau"));
    connectControls();
    connect(scroll, &FittedScroll::contentResized, this, &PruningPanel::fitHeight,
            Qt::QueuedConnection); // once the layouts in between know
    showSettings();
    showCosts();
}

QWidget* PruningPanel::makeContent(const PictureAdvice& advice) {
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(kGapPx);
    layout->addWidget(makeMethods());
    layout->addWidget(m_options);
    layout->addWidget(makeThresholdLine());
    layout->addWidget(m_slider);
    layout->addWidget(new AdviceLine(m_mask, advice, content));
    layout->addWidget(makeMetricLine());
    layout->addWidget(makePlaceLine());
    layout->addWidget(lineAcross(content));
    auto* plan = new PlanEditor(m_mask, m_cost, content);
    layout->addWidget(plan);
    addTitleWidget(makeTextButton(*plan));
    layout->addStretch(1);
    return content;
}

void PruningPanel::fitHeight() {
    auto* window = qobject_cast<QMainWindow*>(parentWidget());
    if (!window || isFloating() || !isVisible())
        return;
    const int wanted = std::min(sizeHint().height(), window->height() - kOthersPx);
    QList<QDockWidget*> docks{this};
    QList<int> heights{wanted};
    for (auto* other : window->findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (other != this && isAboveOrBelow(*other)) { // of one that is not named Qt gives a part only
            docks.append(other);
            heights.append(std::max(0, other->height() + (height() - wanted)));
        }
    window->resizeDocks(docks, heights, Qt::Vertical);
}

bool PruningPanel::isAboveOrBelow(const QDockWidget& other) const {
    return other.isVisible() && !other.isFloating() && other.x() == x() && other.width() == width();
}

QWidget* PruningPanel::makeTextButton(PlanEditor& plan) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("slim"));
    button->setText(tr("Text"));
    button->setCheckable(true);
    button->setToolTip(tr("Shows the plan as text, to be read, copied or written"));
    button->setAccessibleDescription(button->toolTip());
    connect(button, &QToolButton::toggled, &plan, &PlanEditor::setShowsText);
    return button;
}

QWidget* PruningPanel::makeMethods() {
    m_methods = new Segmented(this);
    m_methods->setAccessibleName(tr("Pruning method"));
    for (const MethodEntry& entry : pixelMethods())
        if (!entry.isBaseline)
            m_methods->add(fromUtf8(entry.name), fromUtf8(entry.title), fromUtf8(entry.help));
    m_methods->addMenu(tr("More"), tr("Baselines to compare with: as many blocks as Pred-2D keeps, chosen otherwise"));
    for (const MethodEntry& entry : pixelMethods())
        if (entry.isBaseline)
            m_methods->addMore(fromUtf8(entry.name), fromUtf8(entry.title), fromUtf8(entry.help));
    return m_methods;
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
    m_tokens = new Gauge(tr("Prompt tokens"), QString(), line);
    m_flops =
        new Gauge(tr("TFLOP"),
                  tr("Work of the vision encoder and of reading the prompt, in 10¹² floating-point operations."), line);
    m_firstToken = new Gauge(tr("First token"), QString(), line);
    auto* layout = lineIn(line);
    layout->setContentsMargins(16, 0, 16, 0);
    for (Gauge* gauge : {m_tokens, m_flops, m_firstToken})
        layout->addWidget(gauge, 1);
    return line;
}

QWidget* PruningPanel::makePlaceLine() {
    auto* line = new QWidget(this);
    auto* caption = new QLabel(tr("Place"), line);
    m_place = new QComboBox(line);
    m_place->addItem(tr("before the encoder"), static_cast<int>(Place::Input));
    m_place->addItem(tr("inside the encoder"), static_cast<int>(Place::VisionLayer));
    m_place->addItem(tr("after the encoder"), static_cast<int>(Place::AfterEncoder));
    m_place->setObjectName(QStringLiteral("place"));
    m_place->setAccessibleName(tr("Where dropped blocks leave the model"));
    m_place->setToolTip(tr("Where dropped blocks leave the model. Before the vision encoder nothing is computed for "
                           "them; later the encoder still sees them, at its full cost."));
    m_layer = new QSpinBox(line);
    m_layer->setObjectName(QStringLiteral("placeLayer"));
    m_layer->setRange(1, kMostLayers);
    m_layer->setPrefix(tr("layer "));
    m_layer->setKeyboardTracking(false);
    m_layer->setAccessibleName(tr("Vision layers that run before blocks are dropped"));
    m_layer->setToolTip(m_layer->accessibleName());
    caption->setBuddy(m_place);
    caption->setMinimumWidth(kCaptionPx);
    auto* layout = lineIn(line);
    layout->addWidget(caption);
    layout->addWidget(m_place);
    layout->addWidget(m_layer);
    layout->addStretch(1);
    return line;
}

void PruningPanel::connectControls() {
    const auto change = [this](auto key) {
        return [this, key](auto value) {
            MethodSettings settings = m_mask.settings();
            m_mask.setSettings(settings.change(key.name, OptionValue(std::move(value))));
        };
    };
    connect(m_methods, &Segmented::chosen, this, [this](const QString& id) { setMethod(id.toStdString()); });
    connect(m_metric, &QComboBox::textActivated, this,
            [change](const QString& name) { change(kMetric)(name.toStdString()); });
    connect(m_anchored, &QCheckBox::toggled, this, change(kAnchored));
    connect(m_options, &MethodOptions::changed, &m_mask, &MaskView::setSettings);
    connect(m_slider, &TauSlider::tauMoved, this, change(kTau));
    connect(m_tau, &QDoubleSpinBox::valueChanged, this, change(kTau));
    connect(m_place, &QComboBox::activated, this, &PruningPanel::setPlace);
    connect(m_layer, &QSpinBox::valueChanged, this, &PruningPanel::setPlace);
    connect(&m_mask, &MaskView::planChanged, this, &PruningPanel::showSettings);
    connect(&m_mask, &MaskView::planRefused, this, &PruningPanel::showSettings); // as it still is
    connect(&m_cost, &ExpectedCost::changed, this, &PruningPanel::showCosts);
}

void PruningPanel::setMethod(const std::string& method) {
    MethodSettings settings = m_mask.settings().withMethod(method);
    for (const auto& [option, value] : m_remembered)
        if (const OptionSpec* spec = settings.spec(option); spec && !m_mask.settings().spec(option))
            settings.change(option, value);
    PrunePlan plan = m_mask.plan();
    PruneStage& stage = plan.pixelStage();
    stage.settings = settings;
    if (!settings.entry().standsAt(stage.place))
        stage = {settings.entry().places.front(), 0, settings};
    m_mask.setPlan(plan);
}

void PruningPanel::setPlace() {
    PrunePlan plan = m_mask.plan();
    PruneStage& stage = plan.pixelStage();
    stage.place = static_cast<Place>(m_place->currentData().toInt());
    stage.layer = stage.place == Place::VisionLayer ? m_layer->value() : 0;
    m_mask.setPlan(plan);
}

void PruningPanel::showSettings() {
    const MethodSettings& settings = m_mask.settings();
    for (const OptionSpec& spec : settings.entry().options)
        m_remembered.erase(spec.name);
    for (const OptionSpec& spec : settings.entry().options)
        if (settings.isSet(spec.name))
            m_remembered.emplace(spec.name, settings.find(spec.name).value());
    m_methods->setCurrent(fromUtf8(settings.method()));
    m_options->setSettings(settings);
    m_metric->setCurrentText(fromUtf8(settings.value(kMetric)));
    const QSignalBlocker blocker(m_anchored);
    m_anchored->setChecked(settings.value(kAnchored));
    m_metric->setEnabled(settings.applies(kMetric.name));
    m_anchored->setEnabled(settings.applies(kAnchored.name));
    nameAnchored(settings.entry().isBaseline);
    showThreshold();
    showPlace();
}

void PruningPanel::showPlace() {
    const PruneStage& stage = m_mask.plan().pixelStage();
    const MethodEntry& method = stage.settings.entry();
    m_place->setCurrentIndex(m_place->findData(static_cast<int>(stage.place)));
    m_place->setEnabled(method.drops() && method.places.size() > 1);
    for (int i = 0; i < m_place->count(); ++i) // what the model can't do is there, and can't be chosen
        setItemEnabled(*m_place, i, m_mask.places().has(static_cast<Place>(m_place->itemData(i).toInt())));
    m_layer->setVisible(stage.place == Place::VisionLayer);
    const QSignalBlocker blocker(m_layer);
    m_layer->setValue(stage.layer);
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
    const MethodSettings& settings = m_mask.settings();
    const std::string metric = settings.value(kMetric);
    const double tau = settings.value(kTau);
    const bool exact = !findMetric(metric).readsTau();
    m_slider->setStops(tauStops(metric));
    m_slider->setTau(tau);
    const QSignalBlocker blocker(m_tau);
    m_tau->setValue(tau);
    m_slider->setEnabled(settings.applies(kTau.name));
    m_tau->setEnabled(settings.applies(kTau.name));
    m_levels->setText(exact ? tr("exact") : levelsText(tau, metric));
    m_slider->setAccessibleDescription(fixedText(tau, 3) + QStringLiteral(", ") + m_levels->text());
}

void PruningPanel::showCosts() {
    const auto costs = m_cost.figures();
    if (!costs) {
        for (Gauge* gauge : {m_tokens, m_flops, m_firstToken})
            gauge->setValues(QStringLiteral("—"), {});
        return;
    }
    showTokens(*costs);
    m_flops->setValues(tflopText(costs->flops), tflopText(costs->flopsFull));
    m_firstToken->setValues(approximately(costs->firstTokenMs),
                            costs->firstTokenMs ? approximately(costs->firstTokenFullMs) : QString());
    m_firstToken->setToolTip(costs->firstTokenMs
                                 ? tr("Expected time to the first token, from the speed of the last answers: %1")
                                       .arg(countText(costs->answers))
                                 : tr("Expected time to the first token: known after the first answer of this model"));
}

void PruningPanel::showTokens(const CostFigures& costs) {
    const TextCount& text = m_cost.text();
    const QString about = text.isGuess() ? QStringLiteral("≈ ") : QString();
    m_tokens->setValues(about + countText(costs.promptTokens), about + countText(costs.promptTokensFull));
    m_tokens->setToolTip((text.isGuess() ? tr("Visual tokens that the language model is given, and about %1 tokens of "
                                              "text: a loaded model counts those of the question. ")
                                         : tr("Visual tokens that the language model is given, and %1 tokens of text: "
                                              "the question as it stands in the box, and what was said before. "))
                             .arg(text.tokens()) +
                         tr("Struck through: without pruning."));
}

} // namespace prunescope::ui
