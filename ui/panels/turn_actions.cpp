#include "ui/panels/turn_actions.h"

#include "ui/session/turn.h"
#include "ui/widgets/quiet_button.h"

#include <QHBoxLayout>
#include <QLabel>

namespace prunescope::ui {

TurnActions::TurnActions(QWidget* parent)
    : QWidget(parent), m_closer(new QToolButton(this)),
      m_again(new QuietButton(tr("Ask again"),
                              tr("Ask this question once more, under the plan as it is now: what is here "
                                 "stays, as a branch beside it"),
                              this)),
      m_edit(new QuietButton(tr("Edit"), tr("Change this question and ask it in a branch beside this one"), this)),
      m_branches(new QWidget(this)), m_place(new QLabel(m_branches)) {
    m_closer->setObjectName(QStringLiteral("lookCloser"));
    m_closer->setToolTip(
        tr("Ask again about the part of the picture around this place: what is small is found more exactly"));
    m_place->setObjectName(QStringLiteral("figures"));
    auto* steps = new QHBoxLayout(m_branches);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(2);
    m_before = makeStep(QStringLiteral("‹"), tr("The branch before this one"), -1);
    m_next = makeStep(QStringLiteral("›"), tr("The branch after this one"), 1);
    for (QWidget* part :
         {static_cast<QWidget*>(m_before), static_cast<QWidget*>(m_place), static_cast<QWidget*>(m_next)})
        steps->addWidget(part);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (QWidget* part :
         {m_branches, static_cast<QWidget*>(m_closer), static_cast<QWidget*>(m_again), static_cast<QWidget*>(m_edit)})
        layout->addWidget(part);
    layout->addStretch(1);
    connect(m_closer, &QToolButton::clicked, this, &TurnActions::closerLookWanted);
    connect(m_again, &QToolButton::clicked, this, &TurnActions::askAgainWanted);
    connect(m_edit, &QToolButton::clicked, this, &TurnActions::editWanted);
}

QToolButton* TurnActions::makeStep(const QString& text, const QString& tip, int by) {
    auto* step = new QToolButton(m_branches);
    step->setText(text);
    step->setToolTip(tip);
    step->setAccessibleName(tip);
    step->setObjectName(QStringLiteral("branchStep"));
    step->setFocusPolicy(Qt::TabFocus);
    connect(step, &QToolButton::clicked, this, [this, by] { Q_EMIT branchWanted(by); });
    return step;
}

void TurnActions::show(const Turn& turn) {
    m_closer->setVisible(turn.isDone() && !turn.answer.regions.empty() && !turn.closer);
    m_closer->setText(turn.looksCloser ? tr("Looking closer…") : tr("Look closer"));
    // Those of several plans stand beside the chat.
    for (QWidget* button : {m_again, m_edit})
        button->setVisible(!turn.isRunning() && turn.letter.isEmpty());
    m_branch = turn.stored.branch;
    m_count = turn.stored.branches;
    m_branches->setVisible(m_count > 1);
    m_place->setText(tr("%1/%2").arg(m_branch + 1).arg(m_count));
    m_place->setAccessibleName(tr("Branch %1 of %2").arg(m_branch + 1).arg(m_count));
    setAsking(m_isAsking);
}

void TurnActions::setAsking(bool asking) {
    m_isAsking = asking;
    for (QToolButton* button : {m_closer, static_cast<QToolButton*>(m_again), static_cast<QToolButton*>(m_edit)})
        button->setEnabled(!asking);
    m_before->setEnabled(!asking && m_branch > 0);
    m_next->setEnabled(!asking && m_branch + 1 < m_count);
}

void TurnActions::setNear(bool isNear) {
    m_again->setNear(isNear);
    m_edit->setNear(isNear);
}

} // namespace prunescope::ui
