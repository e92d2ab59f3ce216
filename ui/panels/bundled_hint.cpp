#include "ui/panels/bundled_hint.h"

#include "ui/icons.h"
#include "ui/workspace.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

BundledHint::BundledHint(Workspace& workspace, QWidget* parent) : QFrame(parent), m_workspace(workspace) {
    setObjectName(QStringLiteral("bundledHint"));
    auto* text =
        new QLabel(tr("The bundled model knows drawn screens and documents. For pictures like this one: Models "
                      "→ <a href='#'>Download a model…</a>"),
                   this);
    text->setObjectName(QStringLiteral("muted"));
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close")));
    close->setIconSize({12, 12});
    close->setAutoRaise(true);
    close->setObjectName(QStringLiteral("bundledHintClose"));
    close->setToolTip(tr("Do not show this again"));
    close->setAccessibleName(tr("Do not show this again"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(text, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(text, &QLabel::linkActivated, &m_workspace, &Workspace::downloadWanted);
    connect(close, &QToolButton::clicked, this, [this] { m_workspace.setBundledHint(false); });
    connect(&m_workspace, &Workspace::bundledHintChanged, this, &BundledHint::refresh);
    connect(&m_workspace, &Workspace::modelChanged, this, &BundledHint::refresh);
    connect(&m_workspace.picture(), &LivePicture::pictureChanged, this, &BundledHint::refresh);
    refresh();
}

void BundledHint::refresh() {
    setVisible(m_workspace.wantsBundledHint());
}

} // namespace prunescope::ui
