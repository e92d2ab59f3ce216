#include "ui/panels/stage_editor.h"

#include "core/pruning/token_options.h"
#include "ui/panels/method_options.h"
#include "ui/style/format.h"
#include "ui/widgets/option_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr int kMostLayers = 999;
constexpr int kIndentPx = 12;
constexpr int kMethodPx = 172;
constexpr int kLeastMethodPx = 104;
constexpr int kLayerPx = 92;

bool isPossible(const PruneStage& stage) {
    const MethodEntry& entry = stage.settings.entry();
    return !looksAtPixels(stage) && (!entry.flaw || entry.flaw(stage.settings, stage.place).empty());
}

/// Threshold and metric say nothing where no pixels are left.
std::vector<const OptionSpec*> tokenOptions(const MethodEntry& entry) {
    std::vector<const OptionSpec*> options;
    for (const OptionSpec& spec : entry.options)
        if (spec.name != kTau.name && spec.name != kMetric.name && spec.name != kAnchored.name)
            options.push_back(&spec);
    return options;
}

QString captionOf(Place place) {
    return place == Place::AfterEncoder ? StageEditor::tr("After the encoder") : StageEditor::tr("Language model");
}

QString tipOf(Place place) {
    return place == Place::AfterEncoder
               ? StageEditor::tr("What is dropped of the encoder's tokens, before the language model reads them")
               : StageEditor::tr("What is dropped inside the language model, before one of its layers");
}

} // namespace

std::optional<PruneStage> startingStage(const MethodEntry& entry, Place place) {
    if (!entry.standsAt(place) || !entry.drops())
        return std::nullopt;
    PruneStage stage{place, 0, MethodSettings(entry)};
    if (!isPossible(stage) && entry.option(kKeep.name))
        stage.settings.set(kKeep, TokenBudget::share(1, 3));
    return isPossible(stage) ? std::optional(stage) : std::nullopt;
}

StageEditor::StageEditor(Place place, QWidget* parent)
    : QWidget(parent), m_place(place), m_methods(new QComboBox(this)), m_details(new QWidget(this)),
      m_detailsLayout(new QVBoxLayout(m_details)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    auto* caption = new QLabel(captionOf(place), this);
    caption->setBuddy(m_methods);
    line->addWidget(caption);
    line->addStretch(1);
    line->addWidget(m_methods, 4);
    layout->addLayout(line);
    layout->addWidget(m_details);
    m_detailsLayout->setContentsMargins(kIndentPx, 0, 0, 0);
    m_detailsLayout->setSpacing(8);
    for (QWidget* widget : {static_cast<QWidget*>(caption), static_cast<QWidget*>(m_methods)})
        widget->setToolTip(tipOf(place));
    m_methods->setAccessibleName(captionOf(place));
    addMethods();
    if (place == Place::LanguageLayer)
        line->addWidget(m_layer = makeLayer());
    setStage(std::nullopt);
}

void StageEditor::addMethods() {
    m_methods->setObjectName(m_place == Place::AfterEncoder ? QStringLiteral("encoderMethod")
                                                            : QStringLiteral("languageMethod"));
    m_methods->setMinimumWidth(kLeastMethodPx);
    m_methods->setMaximumWidth(kMethodPx);
    m_methods->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_methods->addItem(tr("none"), QString());
    for (const MethodEntry& entry : methods())
        if (startingStage(entry, m_place)) {
            m_methods->addItem(fromUtf8(entry.title), fromUtf8(entry.name));
            m_methods->setItemData(m_methods->count() - 1, fromUtf8(entry.help), Qt::ToolTipRole);
        }
    connect(m_methods, &QComboBox::activated, this, &StageEditor::chooseMethod);
}

QSpinBox* StageEditor::makeLayer() {
    auto* layer = new QSpinBox(this);
    layer->setObjectName(QStringLiteral("languageLayer"));
    layer->setRange(0, kMostLayers);
    layer->setSpecialValueText(tr("own layer"));
    layer->setPrefix(tr("layer "));
    layer->setKeyboardTracking(false);
    layer->setFixedWidth(kLayerPx);
    layer->setAccessibleName(tr("Language layers that run before tokens are dropped"));
    connect(layer, &QSpinBox::valueChanged, this, &StageEditor::changeLayer);
    return layer;
}

void StageEditor::chooseMethod() {
    const std::string name = m_methods->currentData().toString().toStdString();
    if (name.empty()) {
        if (m_stage)
            Q_EMIT changed(std::nullopt);
        return;
    }
    std::optional<PruneStage> stage = startingStage(findMethod(name), m_place);
    const MethodSettings* before = m_stage ? &m_stage->settings : m_last ? &*m_last : nullptr;
    if (before) { // budgets outlive a look at another method
        const PruneStage same{m_place, m_stage ? m_stage->layer : 0, before->withMethod(name)};
        if (isPossible(same))
            stage = same;
    }
    Q_EMIT changed(stage);
}

void StageEditor::changeLayer(int layer) {
    if (!m_stage)
        return;
    PruneStage stage = *m_stage;
    stage.layer = layer;
    Q_EMIT changed(stage);
}

void StageEditor::changeSettings(const MethodSettings& settings) {
    if (!m_stage)
        return; // a field that loses the focus while its stage goes away
    PruneStage stage = *m_stage;
    stage.settings = settings;
    Q_EMIT changed(stage);
}

MethodOptions* StageEditor::optionsOf(const MethodEntry& entry) {
    MethodOptions*& options = m_options[&entry];
    if (!options) {
        options = new MethodOptions(tokenOptions(entry), m_details);
        m_detailsLayout->insertWidget(0, options);
        connect(options, &MethodOptions::changed, this, &StageEditor::changeSettings);
    }
    return options;
}

void StageEditor::setStage(const std::optional<PruneStage>& stage) {
    if (m_stage && !stage)
        m_last = m_stage->settings;
    m_stage = stage;
    showMethod();
}

void StageEditor::showMethod() {
    const QString name = m_stage ? fromUtf8(m_stage->settings.method()) : QString();
    m_methods->setCurrentIndex(m_methods->findData(name));
    m_details->setVisible(m_stage.has_value());
    if (m_stage)
        optionsOf(m_stage->settings.entry());
    for (const auto& [entry, options] : m_options)
        if (m_stage && entry == &m_stage->settings.entry())
            options->setSettings(m_stage->settings);
        else
            options->hide();
    if (!m_layer)
        return;
    m_layer->setVisible(m_stage.has_value());
    const QSignalBlocker blocker(m_layer);
    m_layer->setValue(m_stage ? m_stage->layer : 0);
}

void StageEditor::setFigures(const std::vector<TokenFigures>& figures) {
    while (m_gauges.size() < figures.size()) {
        m_gauges.push_back(new BudgetGauge(m_details));
        m_detailsLayout->addWidget(m_gauges.back());
    }
    for (std::size_t i = 0; i < m_gauges.size(); ++i) {
        m_gauges[i]->setVisible(i < figures.size());
        if (i < figures.size())
            m_gauges[i]->setFigures(figures[i]);
    }
}

void StageEditor::setOwnLayers(const QString& layers) {
    if (!m_layer)
        return;
    const QString own = layers.isEmpty() ? QString() : tr(" Its own here: %1.").arg(layers);
    m_layer->setToolTip(tr("Layers that run before tokens are dropped; 0 leaves it to the method.") + own);
}

} // namespace prunescope::ui
