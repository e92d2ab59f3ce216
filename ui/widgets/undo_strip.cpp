#include "ui/widgets/undo_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr int kOfferedMs = 10'000;

} // namespace

UndoStrip::UndoStrip(QWidget* parent) : QFrame(parent), m_text(new QLabel(this)) {
    setObjectName(QStringLiteral("card"));
    auto* undo = new QToolButton(this);
    undo->setObjectName(QStringLiteral("slim"));
    undo->setText(tr("Undo"));
    undo->setToolTip(tr("Take it back (Ctrl+Z)"));
    undo->setShortcut(QKeySequence(QKeySequence::Undo));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 3, 6, 3);
    layout->addWidget(m_text, 1);
    layout->addWidget(undo);
    m_time.setSingleShot(true);
    m_time.setInterval(kOfferedMs);
    connect(&m_time, &QTimer::timeout, this, [this] {
        withdraw();
        Q_EMIT expired();
    });
    connect(undo, &QToolButton::clicked, this, [this] {
        withdraw();
        Q_EMIT undone();
    });
    hide();
}

void UndoStrip::offer(const QString& text) {
    m_text->setText(text);
    m_time.start();
    show();
}

void UndoStrip::withdraw() {
    m_time.stop();
    hide();
}

} // namespace prunescope::ui
