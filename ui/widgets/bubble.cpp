#include "ui/widgets/bubble.h"

#include <QLabel>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr int kLongestRun = 24; // characters without a space that any bubble has room for

/// A label breaks lines at spaces only: long runs (paths, numbers, a model gone astray) get invisible places to break
/// at. Tags and entities of `markup` are left alone.
QString withBreaks(const QString& text, bool markup) {
    constexpr QChar kBreak(0x200b); // zero-width space
    QString result;
    QChar closing;
    int run = 0;
    for (const QChar c : text) {
        result += c;
        if (markup && closing.isNull() && (c == QLatin1Char('<') || c == QLatin1Char('&')))
            closing = c == QLatin1Char('<') ? QLatin1Char('>') : QLatin1Char(';');
        const bool inside = !closing.isNull();
        if (c == closing)
            closing = QChar();
        run = c.isSpace() ? 0 : run + (inside || c.isHighSurrogate() ? 0 : 1);
        if (run < kLongestRun || inside || c.isHighSurrogate())
            continue;
        result += kBreak;
        run = 0;
    }
    return result;
}

QString nameOf(Bubble::Kind kind) {
    switch (kind) {
    case Bubble::Kind::Question:
        return QStringLiteral("questionBubble");
    case Bubble::Kind::Thought:
        return QStringLiteral("thoughtBubble");
    case Bubble::Kind::Answer:
        break;
    }
    return QStringLiteral("answerBubble");
}

} // namespace

Bubble::Bubble(Kind kind, QWidget* parent) : QFrame(parent), m_label(new QLabel(this)) {
    setObjectName(nameOf(kind));
    m_label->setWordWrap(true);
    m_label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_label->setFocusPolicy(Qt::TabFocus);
    m_label->setObjectName(QStringLiteral("bubbleText"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(6);
    layout->addWidget(m_label);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_label, &QLabel::linkHovered, this, &Bubble::linkHovered);
    connect(m_label, &QLabel::linkActivated, this, &Bubble::linkActivated);
}

void Bubble::setPlain(const QString& text) {
    m_text = text;
    m_label->setTextFormat(Qt::PlainText);
    m_label->setText(withBreaks(text, false));
    fit();
}

void Bubble::setHtml(const QString& html) {
    m_text = html;
    m_label->setTextFormat(Qt::RichText);
    m_label->setText(withBreaks(html, true));
    fit();
}

void Bubble::setMaxTextWidth(int px) {
    if (px == m_maxTextWidth)
        return;
    m_maxTextWidth = px;
    fit();
}

void Bubble::addBelow(QWidget* widget) {
    layout()->addWidget(widget);
    layout()->setAlignment(widget, Qt::AlignLeft);
}

QString Bubble::text() const {
    return m_text;
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
