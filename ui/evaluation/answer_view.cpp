#include "ui/evaluation/answer_view.h"

#include "ui/evaluation/answer_picture.h"
#include "ui/evaluation/answer_table.h"
#include "ui/evaluation/evaluation_setup.h"
#include "ui/style/format.h"
#include "ui/style/plan_look.h"
#include "ui/style/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kAnswerPx = 72;

/// Under a plan, a line of texts.
QLabel* makeText(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

AnswerView::AnswerView(const QString& name, QWidget* parent)
    : QWidget(parent), m_plans(new QComboBox(this)), m_picture(new AnswerPicture(this)), m_verdict(new QLabel(this)),
      m_answer(makeText(nullptr, "bubbleText")), m_figures(makeText(this, "figures")) {
    m_plans->setAccessibleName(name);
    m_plans->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_picture->setObjectName(QStringLiteral("picture"));
    m_picture->setAccessibleName(tr("Picture with what the plan dropped"));
    m_verdict->setTextFormat(Qt::PlainText);
    m_answer->setAccessibleName(tr("Answer"));
    m_answer->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* scroll = new QScrollArea(this); // answers may be long
    scroll->setWidget(m_answer);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFixedHeight(kAnswerPx);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_plans);
    layout->addWidget(m_picture, 1);
    layout->addWidget(m_verdict);
    layout->addWidget(scroll);
    layout->addWidget(m_figures);
    connect(m_plans, &QComboBox::currentIndexChanged, this, &AnswerView::planChosen);
    setRecord(nullptr);
}

void AnswerView::setPlans(const std::vector<std::string>& plans, std::size_t current) {
    const QSignalBlocker blocker(m_plans);
    m_plans->clear();
    for (std::size_t i = 0; i < plans.size(); ++i)
        m_plans->addItem(planLetter(i) + QStringLiteral("  ") + fromUtf8(plans[i]));
    m_plans->setCurrentIndex(static_cast<int>(std::min(current, plans.empty() ? 0 : plans.size() - 1)));
}

std::size_t AnswerView::plan() const {
    return static_cast<std::size_t>(std::max(0, m_plans->currentIndex()));
}

void AnswerView::setRecord(const SharedRecord& record) {
    m_record = record;
    m_answer->setText(record ? fromUtf8(record->answer) : QString());
    m_figures->setText(record ? figures() : QString());
    showVerdict();
    setNoPicture(record ? QString() : tr("Choose a question"));
}

void AnswerView::showVerdict() {
    m_verdict->setText(m_record ? verdictText(*m_record) : QString());
    QPalette colours = palette();
    if (m_record)
        colours.setColor(QPalette::WindowText,
                         m_record->isRight() ? coloursOf(palette()).good : coloursOf(palette()).error);
    m_verdict->setPalette(colours);
    QFont bold = font();
    bold.setBold(true);
    m_verdict->setFont(bold);
}

void AnswerView::setPicture(const QImage& picture, Size size, bool expected) {
    m_picture->show({picture,
                     size,
                     expected && m_record ? m_record->asked.box : std::nullopt,
                     m_record ? m_record->named : std::nullopt,
                     {}});
}

void AnswerView::setNoPicture(const QString& why) {
    m_picture->show({{}, {}, {}, {}, why});
}

QString AnswerView::figures() const {
    QStringList parts{
        tr("%1 of %2 tokens of the picture").arg(countText(m_record->keptBlocks), countText(m_record->blocks)),
        tr("prompt %1").arg(countText(m_record->promptTokens))};
    for (const NamedScore& score : m_record->scores)
        parts << fromUtf8(score.name) + QLatin1Char(' ') + fixedText(score.value, 2);
    if (const double ms = m_record->times.ms(stage::kTtft); ms > 0)
        parts << tr("first token %1").arg(msText(ms));
    if (!m_record->whole)
        parts << tr("begins where the question before ended");
    return parts.join(QStringLiteral(" · "));
}

QString AnswerView::text() const {
    return m_verdict->text() + QLatin1Char('\n') + m_answer->text() + QLatin1Char('\n') + m_figures->text();
}

} // namespace prunescope::ui
