#include "ui/window/message_bar.h"

#include "ui/style/icons.h"
#include "ui/style/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace prunescope::ui {

namespace {

QString actionText(Notice::Action action) {
    switch (action) {
    case Notice::Action::RetryLog:
        return MessageBar::tr("Try again");
    case Notice::Action::ExportHistory:
        return MessageBar::tr("Export…");
    case Notice::Action::CancelCapture:
        return MessageBar::tr("Cancel");
    case Notice::Action::None:
        break;
    }
    return {};
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_text(new QLabel(this)), m_action(new QToolButton(this)) {
    setObjectName(QStringLiteral("messageBar"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long path never widens the window
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message (Esc)"));
    close->setAccessibleName(tr("Close this message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 4);
    layout->setSpacing(8);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT actionChosen(m_notice.action);
    });
    hide();
}

void MessageBar::show(const Notice& notice) {
    m_notice = notice;
    if (notice.level == Notice::Level::Error && m_firstError.isEmpty())
        m_firstError = notice.text;
    setProperty("level", notice.level == Notice::Level::Error     ? QStringLiteral("error")
                         : notice.level == Notice::Level::Warning ? QStringLiteral("warning")
                                                                  : QStringLiteral("info"));
    style()->unpolish(this);
    style()->polish(this);
    showIcon();
    m_action->setText(actionText(notice.action));
    m_action->setVisible(notice.action != Notice::Action::None);
    setAccessibleName(notice.text);
    m_text->setText(notice.text);
    QFrame::show();
}

void MessageBar::clearError() {
    if (m_notice.level == Notice::Level::Error && m_notice.action == Notice::Action::None)
        hide();
}

QString MessageBar::text() const {
    return isHidden() ? QString() : m_notice.text;
}

void MessageBar::showIcon() {
    const Colours& colours = coloursOf(palette());
    const bool info = m_notice.level == Notice::Level::Info;
    const QColor colour = info                                       ? colours.accent
                          : m_notice.level == Notice::Level::Warning ? colours.warning
                                                                     : colours.error;
    m_icon->setPixmap(icon(info ? QStringLiteral("info") : QStringLiteral("warning"), colour).pixmap(16, 16));
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

void MessageBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        showIcon();
    QFrame::changeEvent(event);
}

} // namespace prunescope::ui
