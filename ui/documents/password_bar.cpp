#include "ui/documents/password_bar.h"

#include "ui/session/open_document.h"
#include "ui/style/format.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>

namespace prunescope::ui {

PasswordBar::PasswordBar(OpenDocument& document, QWidget* parent)
    : QFrame(parent), m_document(document), m_why(new QLabel(this)), m_password(new QLineEdit(this)) {
    setObjectName(QStringLiteral("passwordBar"));
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setMaximumWidth(240);
    m_why->setBuddy(m_password);
    m_why->setTextFormat(Qt::PlainText);
    auto* open = new QPushButton(tr("Open"), this);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(8);
    layout->addWidget(m_why);
    layout->addWidget(m_password, 1);
    layout->addWidget(open);
    layout->addWidget(cancel);
    layout->addStretch();
    connect(open, &QPushButton::clicked, this, &PasswordBar::unlock);
    connect(m_password, &QLineEdit::returnPressed, this, &PasswordBar::unlock);
    connect(cancel, &QPushButton::clicked, this, [this] { m_document.unlock({}); });
    auto* escape = new QShortcut(Qt::Key_Escape, m_password, nullptr, nullptr, Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, this, [this] { m_document.unlock({}); });
    connect(&m_document, &OpenDocument::passwordWanted, this, &PasswordBar::ask);
    connect(&m_document, &OpenDocument::lockedChanged, this, [this] {
        if (m_document.locked().isEmpty())
            hide();
    });
    hide();
}

void PasswordBar::ask(const QString& path, bool wasWrong) {
    m_why->setText(wasWrong ? tr("This is not the password of %1:").arg(shortName(path))
                            : tr("%1 needs a password:").arg(shortName(path)));
    m_password->setAccessibleName(m_why->text());
    m_password->clear();
    show();
    m_password->setFocus();
}

void PasswordBar::unlock() {
    if (!m_password->text().isEmpty())
        m_document.unlock(m_password->text());
}

} // namespace prunescope::ui
