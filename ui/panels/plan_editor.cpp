#include "ui/panels/plan_editor.h"

#include "core/pruning/layer_schedule.h"
#include "ui/panels/method_options.h"
#include "ui/panels/stage_editor.h"
#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/session/plan_change.h"
#include "ui/style/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kLinePaddingPx = 10;

/// As a sentence of its own: that it is about the plan is plain here.
QString sentence(QString why) {
    const QString prefix = QStringLiteral("plan: ");
    if (why.startsWith(prefix))
        why.remove(0, prefix.size());
    return why.left(1).toUpper() + why.mid(1) + QLatin1Char('.');
}

/// "2, 14, 21": where the method begins that is left to choose.
QString ownLayers(PruneStage stage, int languageLayers) {
    stage.layer = 0;
    QStringList layers;
    for (const int layer : stepLayers(stage, languageLayers))
        layers << QString::number(layer);
    return layers.join(QStringLiteral(", "));
}

} // namespace

PlanEditor::PlanEditor(MaskView& mask, const ExpectedCost& cost, QWidget* parent)
    : QWidget(parent), m_mask(mask), m_cost(cost), m_stages(new QVBoxLayout), m_textLine(new QWidget(this)),
      m_text(new QLineEdit(m_textLine)), m_problem(new QLabel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(m_stages);
    m_stages->setSpacing(8);
    for (const Place place : {Place::AfterEncoder, Place::LanguageLayer})
        addSlot(place);
    makeTextLine();
    layout->addWidget(m_textLine);
    m_problem->setObjectName(QStringLiteral("planProblem"));
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    m_problem->hide();
    connect(&m_mask, &MaskView::planChanged, this, [this] {
        setRefusal({});
        showPlan();
    });
    connect(&m_mask, &MaskView::planRefused, this, [this](const QString& why) {
        showStages(); // as the plan still is
        setRefusal(why);
    });
    connect(&m_cost, &ExpectedCost::changed, this, &PlanEditor::showFigures);
    showPlan();
}

void PlanEditor::makeTextLine() {
    auto* line = new QHBoxLayout(m_textLine);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    auto* caption = new QLabel(tr("Plan"), m_textLine);
    caption->setBuddy(m_text);
    caption->setMinimumWidth(kCaptionPx);
    m_text->setObjectName(QStringLiteral("plan"));
    m_text->setAccessibleName(tr("Plan as text"));
    m_text->setToolTip(tr("The plan as the command line takes it, with --plan. Several stages inside the language "
                          "model are written here, each with its layer: llm@2:…; llm@8:…"));
    m_text->setMinimumHeight(fontMetrics().height() + kLinePaddingPx);
    line->addWidget(caption);
    line->addWidget(m_text, 1);
    connect(m_text, &QLineEdit::editingFinished, this, &PlanEditor::takeText);
    m_textLine->hide();
}

void PlanEditor::setShowsText(bool shows) {
    m_textLine->setVisible(shows);
    if (shows)
        m_text->setFocus(Qt::OtherFocusReason);
}

PlanEditor::Slot& PlanEditor::addSlot(Place place) {
    auto* editor = new StageEditor(place, this);
    m_stages->addWidget(editor);
    connect(editor, &StageEditor::changed, this,
            [this, editor](const std::optional<PruneStage>& stage) { change(editor, stage); });
    return m_slots.emplace_back(Slot{editor});
}

void PlanEditor::change(const StageEditor* editor, const std::optional<PruneStage>& stage) {
    const auto slot = std::ranges::find(m_slots, editor, &Slot::editor);
    setRefusal({});
    m_mask.setPlan(withStage(m_mask.plan(), slot->index, stage));
}

void PlanEditor::takeText() {
    if (!m_text->isModified())
        return;
    m_text->setModified(false);
    setRefusal({});
    try {
        m_mask.setPlan(parsePlan(m_text->text().toStdString()));
        showText();
    } catch (const std::exception& e) {
        setRefusal(errorText(e)); // what was typed stays to be put right
    }
}

void PlanEditor::showPlan() {
    showStages();
    showText();
}

void PlanEditor::showStages() {
    const std::vector<PruneStage>& stages = m_mask.plan().stages;
    for (Slot& slot : m_slots)
        slot.index = -1;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        if (looksAtPixels(stages[i]))
            continue;
        auto free = std::ranges::find_if(
            m_slots, [&](const Slot& slot) { return slot.editor->place() == stages[i].place && slot.index < 0; });
        (free != m_slots.end() ? *free : addSlot(stages[i].place)).index = static_cast<int>(i);
    }
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        const Slot& slot = m_slots[i];
        slot.editor->setStage(slot.index < 0 ? std::nullopt
                                             : std::optional(stages[static_cast<std::size_t>(slot.index)]));
        slot.editor->setVisible(slot.index >= 0 || i < 2); // one of each place is always there
    }
    showFigures();
}

void PlanEditor::showFigures() {
    showProblem(); // another model may have a place for the plan, or none
    for (const Slot& slot : m_slots)
        if (slot.index >= 0) {
            slot.editor->setFigures(m_cost.tokensOf(slot.index));
            slot.editor->setOwnLayers(ownLayers(*slot.editor->stage(), m_cost.languageLayers()));
        }
}

void PlanEditor::showText() {
    if (m_text->hasFocus() && m_text->isModified())
        return;
    m_text->setText(fromUtf8(toText(m_mask.plan())));
    m_text->setCursorPosition(0);
}

void PlanEditor::setRefusal(const QString& why) {
    m_refusal = why;
    showProblem();
}

void PlanEditor::showProblem() {
    const QString why = m_refusal.isEmpty() ? m_cost.problem() : m_refusal;
    m_problem->setText(why.isEmpty() ? QString() : sentence(why));
    m_problem->setVisible(!why.isEmpty());
}

} // namespace prunescope::ui
