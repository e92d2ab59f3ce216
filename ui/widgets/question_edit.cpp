#include "ui/widgets/question_edit.h"

#include "ui/session/passed_data.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>
#include <QTextLayout>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kFewestLines = 2;
constexpr int kMostLines = 5;
constexpr int kButtonPx = 34; ///< kept free for the button at the right
constexpr int kFramePx = 22;  ///< border, padding and document margin, above and below

} // namespace

QuestionEdit::QuestionEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setTabChangesFocus(true);
    setPlaceholderText(tr("Ask about the picture or the selected region…"));
    setAccessibleName(tr("Question"));
    setToolTip(tr("Enter sends, Shift+Enter starts a new line"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setViewportMargins(0, 0, kButtonPx, 0);
    setAcceptDrops(false); // a dropped picture belongs to the window
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            [this] { updateGeometry(); });
}

int QuestionEdit::shownLines() const {
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    return std::clamp(lines, kFewestLines, kMostLines);
}

QSize QuestionEdit::sizeHint() const {
    return {200, shownLines() * fontMetrics().lineSpacing() + kFramePx};
}

void QuestionEdit::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && !event->modifiers().testFlag(Qt::ShiftModifier))
        Q_EMIT submitted();
    else if (event->key() == Qt::Key_Escape)
        Q_EMIT stopped();
    else
        QPlainTextEdit::keyPressEvent(event);
}

bool QuestionEdit::canInsertFromMimeData(const QMimeData* source) const {
    return holdsOnlyPicture(source) || (holdsAnything(source) && QPlainTextEdit::canInsertFromMimeData(source));
}

void QuestionEdit::insertFromMimeData(const QMimeData* source) {
    if (holdsOnlyPicture(source))
        Q_EMIT picturePasted(source);
    else if (holdsAnything(source))
        QPlainTextEdit::insertFromMimeData(source);
}

} // namespace prunescope::ui
