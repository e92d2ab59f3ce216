#include "ui/panels/plan_card.h"

#include "ui/panels/answer_html.h"
#include "ui/panels/turn_view.h"
#include "ui/session/conversation.h"
#include "ui/session/plan_title.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/plan_look.h"
#include "ui/widgets/flow_layout.h"

#include <QEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kBadgePx = 20;
constexpr int kLeastPx = 136;

QString placesText(const PlaceAgreement& places) {
    QStringList parts;
    if (places.boxPairs > 0)
        parts << PlanCard::tr("boxes: IoU %1").arg(fixedText(places.meanIou, 2));
    if (places.pointPairs > 0)
        parts << PlanCard::tr("points: %1 px apart").arg(fixedText(places.meanDistancePx, 0));
    if (places.alone > 0)
        parts << counted(places.alone, PlanCard::tr("%1 place without a partner"),
                         PlanCard::tr("%1 places without a partner"));
    return parts.join(QStringLiteral(" · "));
}

// "same answer · boxes: IoU 0.93 · 92.1 % of blocks alike"
QString agreementText(const Comparison& comparison, int plan) {
    QStringList parts;
    const Turn *first = comparison.turn(0), *other = comparison.turn(plan);
    if (first && other && first->isDone() && other->isDone()) {
        parts << (sameText(first->shown(), other->shown()) ? PlanCard::tr("same answer as A")
                                                           : PlanCard::tr("another answer than A"));
        if (const PlaceAgreement places = placeAgreement(first->shown().regions, other->shown().regions); places.any())
            parts << placesText(places);
    }
    if (const auto masks = comparison.masks(plan); masks && masks->blocks() > 0)
        parts << PlanCard::tr("%1 of blocks as A").arg(percentText(masks->share()));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

PlanCard::PlanCard(Comparison& comparison, Conversation& conversation, int plan, QWidget* parent)
    : QFrame(parent), m_comparison(comparison), m_conversation(conversation), m_plan(plan), m_answer(new QLabel(this)),
      m_figures(new QLabel(this)), m_agreement(new QLabel(this)) {
    setObjectName(QStringLiteral("card"));
    setMinimumWidth(kLeastPx);
    m_answer->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_figures->setObjectName(QStringLiteral("figures"));
    m_agreement->setObjectName(QStringLiteral("figures"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(4);
    layout->addWidget(makeHead());
    for (QLabel* label : {m_answer, m_figures, m_agreement}) {
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    layout->addStretch(1);
    connect(m_answer, &QLabel::linkHovered, this, [this](const QString& link) {
        const Turn* turn = m_comparison.turn(m_plan);
        const int index = regionIndexOf(link);
        m_conversation.setHovered(turn && index >= 0 ? RegionRef{turn->id, index} : RegionRef{});
    });
    connect(m_answer, &QLabel::linkActivated, this, [this](const QString& link) {
        if (const Turn* turn = m_comparison.turn(m_plan); turn && regionIndexOf(link) >= 0)
            m_conversation.revealRegion({turn->id, regionIndexOf(link)});
    });
    connect(&m_conversation, &Conversation::hoveredChanged, this, &PlanCard::lightUp);
    refresh();
}

void PlanCard::lightUp() {
    const Turn* turn = m_comparison.turn(m_plan);
    const RegionRef hovered = m_conversation.hovered();
    const int lit = turn && turn->id == hovered.turn ? hovered.index : -1;
    if (lit == std::exchange(m_lit, lit))
        return;
    showAnswer(turn);
}

QWidget* PlanCard::makeHead() {
    auto* head = new QWidget(this);
    m_badge = new QLabel(head);
    m_title = new QLabel(head);
    const QString letter = planLetter(static_cast<std::size_t>(m_plan));
    m_use = makeButton(tr("To A"),
                       tr("Plan %1 and plan A change places: then the panel Pruning edits this one").arg(letter));
    m_remove = makeButton(QString(), tr("Remove plan %1").arg(letter));
    m_remove->setIcon(icon(QStringLiteral("close")));
    m_remove->setIconSize({10, 10});
    m_remove->setAutoRaise(true);
    auto* line = new FlowLayout(6); // in a narrow card the buttons stand below
    head->setLayout(line);
    for (QWidget* widget : {static_cast<QWidget*>(m_badge), static_cast<QWidget*>(m_title),
                            static_cast<QWidget*>(m_use), static_cast<QWidget*>(m_remove)})
        line->addWidget(widget);
    setFlowPolicy(*head);
    // Queued: the card goes with its plan.
    connect(
        m_use, &QToolButton::clicked, &m_comparison, [this] { m_comparison.exchange(m_plan); }, Qt::QueuedConnection);
    connect(
        m_remove, &QToolButton::clicked, &m_comparison, [this] { m_comparison.remove(m_plan); }, Qt::QueuedConnection);
    return head;
}

QToolButton* PlanCard::makeButton(const QString& text, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("slim"));
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setVisible(m_plan > 0);
    return button;
}

void PlanCard::refresh() {
    const auto index = static_cast<std::size_t>(m_plan);
    const PrunePlan& plan = m_comparison.plan(m_plan);
    m_badge->setPixmap(PlanLook::of(index).badge(index, kBadgePx, devicePixelRatioF()));
    m_title->setText(planTitle(plan));
    m_title->setToolTip(fromUtf8(toText(plan)));
    m_remove->setVisible(m_plan > 0 && m_comparison.count() > 2);
    setAccessibleName(tr("Plan %1: %2").arg(planLetter(index), planTitle(plan)));
    const Turn* turn = m_comparison.turn(m_plan);
    showAnswer(turn);
    m_figures->setText(turn && turn->isDone() ? figuresOf(*turn) : QString());
    m_figures->setVisible(!m_figures->text().isEmpty());
    m_agreement->setText(m_plan == 0 ? tr("The others are compared with this plan.")
                                     : agreementText(m_comparison, m_plan));
    m_agreement->setVisible(!m_agreement->text().isEmpty());
}

void PlanCard::showAnswer(const Turn* turn) {
    const bool isPlain = !turn || !turn->isDone() || turn->text.isEmpty();
    m_answer->setTextFormat(isPlain ? Qt::PlainText : Qt::RichText);
    if (!isPlain)
        m_answer->setText(answerHtml(turn->shown(), m_lit, coloursOf(palette())));
    else if (!turn)
        m_answer->setText(waitingText());
    else if (turn->isRunning())
        m_answer->setText(turn->text.isEmpty() ? whatRuns(turn->stage) : turn->text + QStringLiteral("▍"));
    else
        m_answer->setText(turn->state == Turn::State::Failed ? turn->error : whyEmpty(*turn));
}

QString PlanCard::waitingText() const {
    if (m_comparison.isWaiting(m_plan))
        return tr("Waits for its turn…");
    return m_comparison.question().isEmpty() ? tr("No question yet.") : tr("Not asked under this plan as it is now.");
}

QString PlanCard::answer() const {
    return withoutMarkup(m_answer->text());
}

QString PlanCard::figures() const {
    return m_figures->text();
}

QString PlanCard::agreement() const {
    return m_agreement->text();
}

void PlanCard::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh(); // links are written with the colours of the theme
}

} // namespace prunescope::ui
