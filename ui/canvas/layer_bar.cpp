#include "ui/canvas/layer_bar.h"

#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/style/format.h"
#include "ui/style/step_look.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/layer_slider.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr QSize kSwatchPx{16, 12};

StepLook lookOf(const PruneStep& step) {
    return StepLook::of(partOf(step.place, step.layer), step.ordinal);
}

int droppedOf(const PruneStep& step) {
    return std::max(0, step.reached - step.left);
}

/// "FastV before layer 2 −91".
QString legendText(const PruneStep& step) {
    const QString about = step.isAbout ? QStringLiteral("≈ ") : QString();
    return LayerBar::tr("%1 %2−%3").arg(step.title(), about, countText(droppedOf(step)));
}

QString legendTip(const PruneStep& step) {
    return LayerBar::tr("%1 drops %2 of %3 tokens")
        .arg(step.title(), countText(droppedOf(step)), countText(step.reached));
}

} // namespace

LayerBar::LayerBar(LiveScene& scene, const MaskView& mask, const ExpectedCost& cost, QWidget* parent)
    : FlowBar(parent), m_scene(scene), m_mask(mask), m_cost(cost), m_slider(new LayerSlider(this)),
      m_depth(new QLabel(this)), m_tokens(new QLabel(this)), m_legend(new FlowLayout(16)) {
    setObjectName(QStringLiteral("layerBar"));
    m_slider->setAccessibleName(tr("Depth in the model that the picture shows"));
    m_depth->setMinimumWidth(fontMetrics().horizontalAdvance(tr("After the encoder")) + 4);
    m_tokens->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_tokens->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00 000 of 00 000")));
    m_tokens->setObjectName(QStringLiteral("muted"));
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    line->addWidget(m_depth);
    line->addWidget(m_slider, 1);
    line->addWidget(m_tokens);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(6);
    layout->addLayout(line);
    layout->addLayout(m_legend);
    connect(m_slider, &QAbstractSlider::valueChanged, &m_scene, &LiveScene::setDepth);
    connect(&m_scene, &LiveScene::changed, this, &LayerBar::refresh);
    connect(&m_cost, &ExpectedCost::changed, this, &LayerBar::refresh);
    connect(&m_mask, &MaskView::planChanged, this, &LayerBar::refresh);
    refresh();
}

int LayerBar::shownDepth() const {
    return m_scene.now().fates ? m_scene.now().depth : m_slider->maximum();
}

void LayerBar::refresh() {
    const ShownMask& mask = m_mask.mask();
    const std::vector<PruneStage>& stages = m_mask.plan().stages;
    const bool hasInner = std::ranges::any_of(stages, [](const PruneStage& stage) { return !looksAtPixels(stage); });
    setVisible(hasInner && mask.valid() && m_scene.now().plan == 0); // its numbers are those of the window's plan
    if (isHidden())
        return;
    m_steps = m_cost.steps();
    m_languageLayers = m_scene.now().fates ? m_scene.now().fates->languageLayers() : m_cost.languageLayers();
    m_entered = mask.mask.count();
    m_all = mask.full.count();
    showColumns();
    m_slider->setEnabled(m_scene.now().fates != nullptr);
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(shownDepth());
    showDepth();
    showLegend();
}

// Relative to what the encoder is given: what pixels say is dropped before there are any depths.
DepthColumn LayerBar::columnAt(int depth) const {
    const double given = std::max(1, tokensAt(m_steps, depths::kInput, m_entered));
    const int tokens = tokensAt(m_steps, depth, m_entered);
    DepthColumn column;
    column.kept = tokens / given;
    for (const PruneStep& step : m_steps)
        if (step.depth() > depths::kInput && step.depth() <= depth && droppedOf(step) > 0)
            column.dropped.emplace_back(lookOf(step), droppedOf(step) / given);
    column.title =
        tr("%1: %2 of %3 tokens").arg(depths::title(depth, m_languageLayers), countText(tokens), countText(m_all));
    return column;
}

void LayerBar::showColumns() {
    std::vector<DepthColumn> columns;
    for (int depth = 0; depth < depths::count(m_languageLayers); ++depth)
        columns.push_back(columnAt(depth));
    const QSignalBlocker blocker(m_slider); // another number of layers is no wish of the user
    m_slider->setColumns(std::move(columns));
}

void LayerBar::showDepth() {
    const int depth = shownDepth();
    const bool isKnown = m_scene.now().fates != nullptr;
    m_depth->setText(isKnown ? depths::title(depth, m_languageLayers) : tr("Planned"));
    m_tokens->setText(tr("%1 of %2").arg(countText(tokensAt(m_steps, depth, m_entered)), countText(m_all)));
    m_tokens->setToolTip(tr("Visual tokens at this depth, of all blocks of the picture"));
    m_slider->setAccessibleDescription(m_depth->text() + QStringLiteral(": ") + m_tokens->text());
}

void LayerBar::showLegend() {
    const bool isKnown = m_scene.now().fates != nullptr;
    QString text = isKnown ? QString() : QStringLiteral("planned\n");
    for (const PruneStep& step : m_steps)
        text += legendText(step) + QLatin1Char('\n');
    if (text == m_legendText)
        return;
    m_legendText = text;
    while (QLayoutItem* item = m_legend->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const PruneStep& step : m_steps)
        addToLegend(step);
    if (!isKnown)
        addHint();
}

void LayerBar::addHint() {
    auto* hint = new QLabel(tr("on the picture after an answer"), this);
    hint->setObjectName(QStringLiteral("muted"));
    hint->setToolTip(tr("After an answer the slider shows which blocks each layer still sees, and the pointer on a "
                        "block why it is gone."));
    m_legend->addWidget(hint);
    hint->show();
}

void LayerBar::addToLegend(const PruneStep& step) {
    auto* item = new QWidget(this);
    item->setObjectName(QStringLiteral("legend"));
    auto* line = new QHBoxLayout(item);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(6);
    auto* swatch = new QLabel(item);
    swatch->setPixmap(lookOf(step).swatch(kSwatchPx, devicePixelRatioF()));
    auto* label = new QLabel(legendText(step), item);
    item->setToolTip(legendTip(step));
    line->addWidget(swatch);
    line->addWidget(label);
    m_legend->addWidget(item);
    item->show();
}

} // namespace prunescope::ui
