#include "ui/panels/panel.h"

#include "ui/style/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace prunescope::ui {

Panel::Panel(const QString& name, const QString& title, QWidget* parent)
    : QDockWidget(title, parent), m_title(new QWidget(this)), m_menuAction(new QAction(title, this)) {
    setObjectName(name);
    setAccessibleName(title);
    m_title->setObjectName(QStringLiteral("panelTitle"));
    auto* label = new QLabel(title.toUpper(), m_title);
    label->setObjectName(QStringLiteral("panelTitleText"));
    auto* close = new QToolButton(m_title);
    close->setIcon(icon(QStringLiteral("close")));
    close->setIconSize({12, 12});
    close->setAutoRaise(true);
    close->setObjectName(QStringLiteral("panelClose"));
    close->setToolTip(tr("Close this panel; the ⋯ menu brings it back"));
    close->setAccessibleName(tr("Close %1").arg(title));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_menuAction->setCheckable(true);
    connect(this, &QDockWidget::visibilityChanged, m_menuAction, &QAction::setChecked); // false behind another tab
    connect(m_menuAction, &QAction::triggered, this, [this](bool wanted) { wanted ? bringUp() : hide(); });
    auto* layout = new QHBoxLayout(m_title);
    layout->setContentsMargins(16, 8, 8, 0);
    layout->setSpacing(8);
    layout->addWidget(label);
    layout->addStretch(1);
    layout->addWidget(close);
    setTitleBarWidget(m_title);
}

void Panel::bringUp() {
    show();
    raise();
    focusContent();
}

void Panel::focusContent() {
    for (auto* child : widget()->findChildren<QWidget*>())
        if (child->isEnabled() && child->isVisibleTo(this) && (child->focusPolicy() & Qt::TabFocus))
            return child->setFocus(Qt::ShortcutFocusReason);
}

void Panel::addTitleWidget(QWidget* widget) {
    auto* layout = static_cast<QHBoxLayout*>(m_title->layout());
    layout->insertWidget(layout->count() - 1, widget);
}

} // namespace prunescope::ui
