#include "ui/canvas/example_bar.h"

#include "ui/session/conversation.h"
#include "ui/session/notices.h"
#include "ui/session/open_image.h"
#include "ui/session/samples.h"
#include "ui/widgets/flow_layout.h"

#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

namespace prunescope::ui {

namespace {

constexpr int kLongestPx = 300; ///< of a question on its chip; the tool tip has all of it

} // namespace

ExampleBar::ExampleBar(const OpenImage& image, Conversation& conversation, Notices& notices, QWidget* parent)
    : FlowBar(parent), m_image(image), m_conversation(conversation), m_notices(notices), m_row(new FlowLayout(8)) {
    setObjectName(QStringLiteral("exampleBar"));
    auto* around = new QVBoxLayout(this); // a row that flows has no margins
    around->setContentsMargins(16, 8, 16, 8);
    around->addLayout(m_row);
    connect(&m_image, &OpenImage::changed, this, &ExampleBar::refresh);
    connect(
        &m_conversation, &Conversation::askingChanged, this,
        [this](bool asking) {
            if (!asking)
                askNext();
        },
        Qt::QueuedConnection); // the conversation tells the others first
    refresh();
}

void ExampleBar::refresh() {
    while (QLayoutItem* item = m_row->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Sample* sample = sampleShowing(m_image.screenshot().picture);
    setVisible(sample != nullptr);
    if (!sample)
        return;
    auto* caption = new QLabel(tr("Try"), this);
    caption->setObjectName(QStringLiteral("exampleCaption"));
    m_row->addWidget(caption);
    for (const QString& question : sample->questions)
        addQuestion(question);
}

void ExampleBar::addQuestion(const QString& question) {
    auto* chip = new QToolButton(this);
    chip->setObjectName(QStringLiteral("chip"));
    chip->setText(chip->fontMetrics().elidedText(question, Qt::ElideRight, kLongestPx).replace('&', "&&"));
    chip->setToolTip(question);
    chip->setAccessibleName(question);
    chip->setAccessibleDescription(tr("Asks this question"));
    chip->setFocusPolicy(Qt::StrongFocus);
    connect(chip, &QToolButton::clicked, this, [this, question] { ask(question); });
    m_row->addWidget(chip);
}

void ExampleBar::ask(const QString& question) {
    if (m_conversation.isAsking()) { // who wants another answer does not want the rest of this one
        m_next = question;
        m_nextPicture = m_image.id();
        m_conversation.stopAnswer();
    } else if (!m_conversation.ask(question)) {
        m_notices.info(m_conversation.whyNotAsk());
    }
}

void ExampleBar::askNext() {
    const QString question = std::exchange(m_next, {});
    if (!question.isEmpty() && m_nextPicture == m_image.id())
        ask(question);
}

} // namespace prunescope::ui
