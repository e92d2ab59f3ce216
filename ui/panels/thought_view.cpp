#include "ui/panels/thought_view.h"

#include "ui/style/format.h"
#include "ui/widgets/bubble.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace prunescope::ui {

namespace {

QString titleOf(const Turn& turn) {
    if (turn.isRunning() && turn.text.isEmpty())
        return ThoughtView::tr("Thinking…");
    return ThoughtView::tr("Thought for %1 s").arg(nonZeroText(turn.thoughtMs / 1000, 1));
}

} // namespace

ThoughtView::ThoughtView(QWidget* parent)
    : QWidget(parent), m_title(new QToolButton(this)), m_text(new Bubble(Bubble::Kind::Thought, this)) {
    m_title->setObjectName(QStringLiteral("thoughtTitle"));
    m_title->setAutoRaise(true);
    m_title->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_title->setToolTip(tr("What the model wrote before its answer"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_title, 0, Qt::AlignLeft);
    layout->addWidget(m_text, 0, Qt::AlignLeft);
    connect(m_title, &QToolButton::clicked, this, [this] {
        m_chosen = !isOpen();
        refresh();
    });
    hide();
}

void ThoughtView::show(const Turn& turn) {
    setVisible(!turn.thought.isEmpty());
    m_title->setText(titleOf(turn));
    m_hasAnswer = !turn.text.isEmpty();
    m_text->setPlain(turn.thought);
    refresh();
}

void ThoughtView::refresh() {
    m_text->setVisible(isOpen());
    m_title->setArrowType(isOpen() ? Qt::DownArrow : Qt::RightArrow);
}

void ThoughtView::setMaxTextWidth(int px) {
    m_text->setMaxTextWidth(px);
}

QString ThoughtView::title() const {
    return m_title->text();
}

QString ThoughtView::text() const {
    return m_text->text();
}

bool ThoughtView::isOpen() const {
    return m_chosen.value_or(!m_hasAnswer);
}

} // namespace prunescope::ui
