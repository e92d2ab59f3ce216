#include "ui/widgets/bubble.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QTextDocument>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

Bubble::Bubble(Kind kind, QWidget* parent) : QFrame(parent), m_label(new QLabel(this)) {
    setObjectName(kind == Kind::Question ? QStringLiteral("questionBubble") : QStringLiteral("answerBubble"));
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_label->setFocusPolicy(Qt::TabFocus);
    m_label->setObjectName(QStringLiteral("bubbleText"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addWidget(m_label);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_label, &QLabel::linkHovered, this, &Bubble::linkHovered);
    connect(m_label, &QLabel::linkActivated, this, &Bubble::linkActivated);
}

void Bubble::setPlain(const QString& text) {
    m_label->setTextFormat(Qt::PlainText);
    m_label->setText(text);
    fit();
}

void Bubble::setHtml(const QString& html) {
    m_label->setTextFormat(Qt::RichText);
    m_label->setText(html);
    fit();
}

void Bubble::setMaxTextWidth(int px) {
    if (px == m_maxTextWidth)
        return;
    m_maxTextWidth = px;
    fit();
}

QString Bubble::text() const {
    return m_label->text();
}

// QLabel's own size hint makes wrapped text about square; a conversation reads better as wide as the text needs.
void Bubble::fit() {
    QTextDocument document;
    document.setDefaultFont(m_label->font());
    document.setDocumentMargin(0);
    m_label->textFormat() == Qt::PlainText ? document.setPlainText(m_label->text()) : document.setHtml(m_label->text());
    document.setTextWidth(m_maxTextWidth);
    const int width = std::clamp(static_cast<int>(std::ceil(document.idealWidth())) + 2, 8, m_maxTextWidth);
    document.setTextWidth(width);
    m_label->setFixedSize(width, static_cast<int>(std::ceil(document.size().height())));
    updateGeometry();
}

} // namespace prunescope::ui
