#include "ui/panels/compare_panel.h"

#include "ui/panels/plan_card.h"
#include "ui/panels/tau_charts.h"
#include "ui/session/comparison.h"
#include "ui/session/conversation.h"
#include "ui/session/plan_title.h"
#include "ui/style/plan_look.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/stage_bars.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr int kLeastPx = 64;
const QString kAnswers = QStringLiteral("answers");
const QString kTau = QStringLiteral("tau");

QToolButton* slimButton(const QString& name, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("slim"));
    button->setAccessibleName(name);
    button->setText(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

ComparePanel::ComparePanel(Comparison& comparison, Conversation& conversation, TauCurve& curve, QWidget* parent)
    : Panel(QStringLiteral("compare"), tr("Compare"), parent), m_comparison(comparison), m_conversation(conversation),
      m_pages(new QStackedWidget(this)) {
    makeTitle();
    m_pages->addWidget(makeAnswers());
    m_pages->addWidget(new TauCharts(curve, m_pages));
    m_pages->setMinimumHeight(kLeastPx); // the charts can do with less than they ask for
    setWidget(m_pages);
    connectComparison();
    showPlans();
    refresh();
}

void ComparePanel::makeTitle() {
    m_keep = slimButton(tr("Keep A"), this);
    m_stop = slimButton(tr("Stop"), this);
    m_stop->setToolTip(tr("Stop this answer; the plans behind it are not asked"));
    m_pageChoice = new Segmented(this);
    m_pageChoice->setAccessibleName(tr("What this panel shows"));
    m_pageChoice->add(kAnswers, tr("Answers"), tr("The same question under each plan"));
    m_pageChoice->add(kTau, tr("Over τ"), tr("Prompt tokens and time to the first token over the threshold"));
    m_pageChoice->setMinimumWidth(fontMetrics().horizontalAdvance(tr("Answers") + tr("Over τ")) + 48);
    m_pageChoice->setCurrent(kAnswers);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_stop), static_cast<QWidget*>(m_keep), static_cast<QWidget*>(m_pageChoice)})
        addTitleWidget(widget);
    connect(m_keep, &QToolButton::clicked, &m_comparison, [this] { m_comparison.keep(); });
    connect(m_stop, &QToolButton::clicked, &m_comparison, &Comparison::stop);
    connect(m_pageChoice, &Segmented::chosen, this,
            [this](const QString& page) { m_pages->setCurrentIndex(page == kTau ? 1 : 0); });
}

QWidget* ComparePanel::makeAnswers() {
    auto* content = new QWidget;
    m_question = new QLabel(content);
    m_question->setObjectName(QStringLiteral("muted"));
    m_question->setWordWrap(true);
    m_question->setTextFormat(Qt::PlainText);
    m_bars = new StageBars(content);
    m_row = new QHBoxLayout;
    m_row->setSpacing(8);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 4, 16, 12);
    layout->setSpacing(8);
    layout->addWidget(m_question);
    layout->addLayout(m_row);
    layout->addWidget(m_bars);
    layout->addStretch(1);
    auto* scroll = new QScrollArea(m_pages);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

void ComparePanel::connectComparison() {
    connect(&m_comparison, &Comparison::plansChanged, this, &ComparePanel::showPlans);
    connect(&m_comparison, &Comparison::masksChanged, this, &ComparePanel::refresh);
    connect(&m_comparison, &Comparison::resultsChanged, this, &ComparePanel::refresh);
    connect(&m_comparison, &Comparison::onChanged, this, &ComparePanel::refresh);
}

void ComparePanel::showPlans() {
    while (std::ssize(m_cards) > m_comparison.count()) {
        delete m_cards.back();
        m_cards.pop_back();
    }
    while (std::ssize(m_cards) < m_comparison.count()) {
        m_cards.push_back(new PlanCard(m_comparison, m_conversation, static_cast<int>(m_cards.size())));
        m_row->addWidget(m_cards.back(), 1);
    }
    refresh();
}

void ComparePanel::refresh() {
    const QString why = m_comparison.whyNotKeep();
    const int next = m_comparison.count();
    m_keep->setEnabled(m_comparison.isOn() && why.isEmpty());
    m_keep->setText(next < Comparison::kMostPlans ? tr("Keep A as %1").arg(planLetter(static_cast<std::size_t>(next)))
                                                  : tr("Keep A"));
    m_keep->setToolTip(why.isEmpty() ? tr("Keeps plan A as it is now, to compare with what it becomes") : why);
    m_stop->setVisible(m_comparison.isRunning());
    for (PlanCard* card : m_cards)
        card->refresh();
    showQuestion();
    showTimes();
}

void ComparePanel::showQuestion() {
    if (!m_comparison.isOn())
        m_question->setText(tr("Compare in the tool bar (Ctrl+B) shows several plans on the picture, and asks each."));
    else if (m_comparison.question().isEmpty())
        m_question->setText(tr("A question is now asked under each plan in turn: the same prompt, greedy decoding "
                               "(temperature 0), everything computed anew. What differs comes from the plans."));
    else if (m_comparison.isRunning())
        m_question->setText(
            tr("%1 of %2 · %3").arg(m_comparison.asked()).arg(m_comparison.ofQuestion()).arg(m_comparison.question()));
    else
        m_question->setText(m_comparison.question());
}

void ComparePanel::showTimes() {
    std::vector<StageBar> bars;
    for (int plan = 0; plan < m_comparison.count(); ++plan)
        if (const Turn* turn = m_comparison.turn(plan); turn && turn->isDone() && !turn->wasStopped())
            bars.push_back(
                {planLetter(static_cast<std::size_t>(plan)) + QStringLiteral("  ") + planTitle(m_comparison.plan(plan)),
                 turn->answer.times});
    m_bars->setVisible(!bars.empty());
    m_bars->setBars(std::move(bars));
}

} // namespace prunescope::ui
