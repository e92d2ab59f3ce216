#include "ui/widgets/undo_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr int kOfferedMs = 10'000;

} // namespace

UndoStrip::UndoStrip(QWidget* parent) : QFrame(parent), m_text(new QLabel(this)), m_undo(new QToolButton(this)) {
    setObjectName(QStringLiteral("card"));
    m_undo->setObjectName(QStringLiteral("slim"));
    m_undo->setText(tr("Undo"));
    m_undo->setToolTip(tr("Take it back (Ctrl+Z)"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 3, 6, 3);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_undo);
    m_time.setSingleShot(true);
    m_time.setInterval(kOfferedMs);
    connect(&m_time, &QTimer::timeout, this, [this] {
        withdraw();
        Q_EMIT expired();
    });
    connect(m_undo, &QToolButton::clicked, this, [this] {
        withdraw();
        Q_EMIT undone();
    });
    hide();
}

void UndoStrip::offer(const QString& text) {
    m_text->setText(text);
    for (const UndoStrip* other : window()->findChildren<UndoStrip*>())
        other->m_undo->setShortcut({});
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_time.start();
    show();
}

void UndoStrip::withdraw() {
    m_time.stop();
    m_undo->setShortcut({});
    hide();
}

} // namespace prunescope::ui
