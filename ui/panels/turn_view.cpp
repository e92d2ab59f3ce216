#include "ui/panels/turn_view.h"

#include "ui/panels/answer_html.h"
#include "ui/panels/thought_view.h"
#include "ui/panels/turn_actions.h"
#include "ui/session/unseen_places.h"
#include "ui/style/format.h"
#include "ui/style/icons.h"
#include "ui/style/theme.h"
#include "ui/widgets/bubble.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

constexpr double kWidestShare = 0.88; ///< of the panel that a bubble may take
constexpr int kBubbleMarginPx = 26;

int keptBlocks(const model::Answer& answer) {
    int kept = 0;
    for (const MaskReport& image : answer.images)
        kept += image.mask.keptCount();
    return kept;
}

int tokensAtTheEnd(const model::Answer& answer) {
    int left = 0;
    for (const BlockCounts& image : answer.pruning.stages.back().images)
        left += image.kept;
    return left;
}

// "on 448 blocks", and what stages inside the model left of them.
QString blocksText(const model::Answer& answer) {
    const int given = keptBlocks(answer);
    const QString blocks = counted(given, TurnView::tr("on %1 block"), TurnView::tr("on %1 blocks"));
    if (answer.pruning.stages.empty() || tokensAtTheEnd(answer) == given)
        return blocks;
    return TurnView::tr("%1, %2 at the end").arg(blocks, countText(tokensAtTheEnd(answer)));
}

// "412 of 800 prompt tokens · 14 tokens · 0.61 s"
QString costOf(const model::LookTotals& cost) {
    return QStringList{
        TurnView::tr("%1 of %2 prompt tokens").arg(countText(cost.promptTokens), countText(cost.promptTokensFull)),
        counted(cost.answerTokens, TurnView::tr("%1 token"), TurnView::tr("%1 tokens")),
        TurnView::tr("%1 s").arg(nonZeroText(cost.totalMs / 1000, 2))}
        .join(QStringLiteral(" · "));
}

QString costOf(const model::Look& look) {
    return costOf(
        model::LookTotals{look.promptTokens, look.promptTokensFull, look.answerTokens, look.times.ms(stage::kTotal)});
}

// Both looks, a line each, and their sum.
QString figuresOfLooks(const model::Answer& answer) {
    const PixelRect part = answer.looks.back().part;
    QStringList lines{
        TurnView::tr("First look: %1").arg(costOf(answer.looks.front())),
        TurnView::tr("Closer look at %1: %2").arg(sizeText({part.width, part.height}), costOf(answer.looks.back())),
        TurnView::tr("Both: %1").arg(costOf(totalsOf(answer)))};
    if (answer.looks.back().regions.empty())
        lines << TurnView::tr("The closer look names no place: the first answer stands.");
    return lines.join(QLatin1Char('\n'));
}

// "Not marked: coordinates 1230, 440, 1410, 520 lie outside 0..1000."
QString unreadOf(const model::Answer& answer) {
    if (answer.unread.empty())
        return {};
    const QString first = TurnView::tr("Not marked: %1.").arg(fromUtf8(answer.unread.front().why));
    const auto others = static_cast<qint64>(answer.unread.size()) - 1;
    return others == 0
               ? first
               : first + QLatin1Char(' ') + counted(others, TurnView::tr("And %1 more."), TurnView::tr("And %1 more."));
}

} // namespace

QString figuresOf(const Turn& turn) {
    const model::Answer& answer = turn.answer;
    QStringList parts;
    if (turn.wasStopped())
        parts << TurnView::tr("stopped");
    parts << TurnView::tr("%1 to first token").arg(msText(answer.times.ms(stage::kTtft)));
    parts << counted(static_cast<qint64>(answer.tokenIds.size()), TurnView::tr("%1 token"), TurnView::tr("%1 tokens"));
    parts << TurnView::tr("%1 s").arg(nonZeroText(answer.times.ms(stage::kTotal) / 1000, 2));
    parts << blocksText(answer);
    if (answer.finishReason == model::FinishReason::Length)
        parts << TurnView::tr("cut at the longest allowed answer");
    return parts.join(QStringLiteral(" · "));
}

QString whatRuns(const QString& stage) {
    if (stage == QLatin1String("preprocess"))
        return TurnView::tr("Resizing the picture…");
    if (stage == QLatin1String("select"))
        return TurnView::tr("Selecting blocks…");
    if (stage == QLatin1String("vit"))
        return TurnView::tr("Looking at the picture…");
    if (stage == QLatin1String("method"))
        return TurnView::tr("Choosing among tokens…");
    if (stage == QLatin1String("prefill"))
        return TurnView::tr("Reading the question…");
    return TurnView::tr("Starting…");
}

QString whyEmpty(const Turn& turn) {
    if (turn.wasStopped())
        return turn.thought.isEmpty() ? TurnView::tr("Stopped before the first word.")
                                      : TurnView::tr("Stopped before the answer.");
    return turn.thought.isEmpty() ? TurnView::tr("The answer is empty.")
                                  : TurnView::tr("There is no answer: the thought has no end.");
}

TurnView::TurnView(const Turn& turn, QWidget* parent)
    : QWidget(parent), m_question(new Bubble(Bubble::Kind::Question, this)), m_thought(new ThoughtView(this)),
      m_answer(new Bubble(Bubble::Kind::Answer, this)), m_copy(new QToolButton(this)) {
    m_copy->setIcon(icon(QStringLiteral("copy")));
    m_copy->setAutoRaise(true);
    m_copy->setIconSize({14, 14});
    m_copy->setToolTip(tr("Copy the answer"));
    m_copy->setAccessibleName(tr("Copy the answer"));
    auto* answer = new QHBoxLayout;
    answer->setSpacing(4);
    answer->addWidget(m_answer);
    answer->addWidget(m_copy, 0, Qt::AlignTop);
    answer->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_question, 0, Qt::AlignRight);
    layout->addWidget(m_thought);
    layout->addLayout(answer);
    layout->addWidget(makeFooter());
    connect(m_answer, &Bubble::linkHovered, this,
            [this](const QString& link) { Q_EMIT regionHovered(regionIndexOf(link)); });
    connect(m_answer, &Bubble::linkActivated, this, [this](const QString& link) {
        if (const int index = regionIndexOf(link); index >= 0)
            Q_EMIT regionChosen(index);
    });
    connect(m_copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(m_turn.text); });
    m_turn = turn;
    showQuestion();
    show(turn);
}

QWidget* TurnView::makeFooter() {
    auto* footer = new QWidget(this);
    m_unread = new QLabel(footer);
    m_unread->setObjectName(QStringLiteral("unread"));
    m_figures = new QLabel(footer);
    m_figures->setObjectName(QStringLiteral("figures"));
    for (QLabel* label : {m_unread, m_figures}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_actions = new TurnActions(footer);
    auto* layout = new QVBoxLayout(footer);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_unread);
    layout->addWidget(m_figures);
    layout->addWidget(m_actions);
    connect(m_actions, &TurnActions::closerLookWanted, this, &TurnView::closerLookWanted);
    connect(m_actions, &TurnActions::askAgainWanted, this, &TurnView::askAgainWanted);
    connect(m_actions, &TurnActions::editWanted, this, &TurnView::editWanted);
    connect(m_actions, &TurnActions::branchWanted, this, &TurnView::branchWanted);
    return footer;
}

void TurnView::setAsking(bool asking) {
    m_actions->setAsking(asking);
}

/// The part of the picture is a chip below the words.
void TurnView::showQuestion() {
    m_question->setPlain(m_turn.letter.isEmpty() ? m_turn.question : tr("%1 · %2").arg(m_turn.letter, m_turn.question));
    if (m_turn.region.empty())
        return;
    const PixelRect region = m_turn.region;
    auto* chip = new QToolButton(m_question);
    chip->setObjectName(QStringLiteral("partChip"));
    chip->setText(tr("%1 at %2, %3").arg(sizeText({region.width, region.height})).arg(region.x).arg(region.y));
    chip->setIcon(icon(QStringLiteral("region"), Qt::white));
    chip->setIconSize({12, 12});
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    chip->setToolTip(tr("The question is about this part: show it on the picture"));
    chip->setAccessibleName(tr("Show the part of the picture, %1").arg(chip->text()));
    connect(chip, &QToolButton::clicked, this, &TurnView::partChosen);
    m_question->addBelow(chip);
}

void TurnView::show(const Turn& turn) {
    m_turn = turn;
    m_thought->show(turn);
    m_answer->setHidden(turn.isRunning() && turn.text.isEmpty() && !turn.thought.isEmpty());
    showAnswer();
    showFooter();
}

void TurnView::setLit(int index) {
    if (index == m_lit)
        return;
    m_lit = index;
    if (m_turn.isDone())
        showAnswer();
}

void TurnView::showAnswer() {
    if (m_turn.isDone() && !m_turn.text.isEmpty())
        m_answer->setHtml(answerHtml(m_turn.shown(), m_lit, coloursOf(palette())));
    else if (!m_turn.error.isEmpty())
        m_answer->setPlain(m_turn.text.isEmpty() ? m_turn.error : m_turn.text + QStringLiteral("\n\n") + m_turn.error);
    else if (m_turn.isRunning())
        m_answer->setPlain(m_turn.text.isEmpty() ? whatRuns(m_turn.stage) : m_turn.text + QStringLiteral("▍"));
    else
        m_answer->setPlain(whyEmpty(m_turn));
}

void TurnView::showFooter() {
    m_figures->setVisible(m_turn.isDone());
    m_copy->setVisible(m_turn.isDone() && !m_turn.text.isEmpty());
    if (m_turn.isDone())
        m_figures->setText(m_turn.closer ? figuresOfLooks(*m_turn.closer) : figuresOf(m_turn));
    QStringList notes{m_turn.isDone() ? unreadOf(m_turn.shown()) : QString(),
                      m_turn.isDone() ? unseenPlaces(m_turn) : QString(), m_turn.whyNotCloser};
    notes.removeAll({});
    m_unread->setText(notes.join(QLatin1Char('\n')));
    m_unread->setVisible(!notes.isEmpty());
    m_actions->show(m_turn);
}

QString TurnView::unread() const {
    return m_unread->text();
}

QString TurnView::answerText() const {
    return m_answer->text();
}

QString TurnView::figures() const {
    return m_figures->text();
}

void TurnView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const int widest = std::max(80, static_cast<int>(width() * kWidestShare) - kBubbleMarginPx);
    m_question->setMaxTextWidth(widest);
    m_thought->setMaxTextWidth(widest);
    m_answer->setMaxTextWidth(widest);
}

void TurnView::enterEvent(QEnterEvent* event) {
    QWidget::enterEvent(event);
    m_actions->setNear(true);
}

void TurnView::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_actions->setNear(false);
}

void TurnView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showAnswer(); // links are written with the colours of the theme
}

} // namespace prunescope::ui
