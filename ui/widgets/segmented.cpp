#include "ui/widgets/segmented.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QStyle>
#include <QToolButton>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr char kId[] = "segmentId";
constexpr int kMorePaddingPx = 24; ///< of the menu's button: edges and arrow

} // namespace

Segmented::Segmented(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    connect(m_group, &QButtonGroup::buttonClicked, this, [this](QAbstractButton* button) {
        if (button == m_more) // opened its menu, which has chosen something or nothing
            setCurrent(m_current);
        else
            choose(button->property(kId).toString());
    });
}

QToolButton* Segmented::addButton(const QString& title, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setText(title);
    button->setToolTip(tip);
    button->setAccessibleDescription(tip);
    button->setCheckable(true);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_group->addButton(button);
    layout()->addWidget(button);
    styleEnds();
    return button;
}

void Segmented::add(const QString& id, const QString& title, const QString& tip) {
    addButton(title, tip)->setProperty(kId, id);
    m_ids << id;
}

void Segmented::setTitle(const QString& id, const QString& title) {
    for (QAbstractButton* button : m_group->buttons())
        if (button->property(kId) == id)
            button->setText(title);
}

void Segmented::addMenu(const QString& title, const QString& tip) {
    m_moreTitle = title;
    m_moreTip = tip;
    m_more = addButton(title, tip);
    m_menu = new QMenu(m_more);
    m_menu->setToolTipsVisible(true);
    m_more->setMenu(m_menu);
    m_more->setPopupMode(QToolButton::InstantPopup);
    widenMore(title);
}

void Segmented::addMore(const QString& id, const QString& title, const QString& tip) {
    QAction* action = m_menu->addAction(title);
    action->setData(id);
    action->setToolTip(tip);
    action->setCheckable(true);
    connect(action, &QAction::triggered, this, [this, id] { choose(id); });
    m_ids << id;
    widenMore(title);
}

// Wide enough for every title, so that choosing one moves nothing.
void Segmented::widenMore(const QString& title) {
    const int width = fontMetrics().horizontalAdvance(title) + kMorePaddingPx;
    m_more->setMinimumWidth(std::max(m_more->minimumWidth(), width));
}

void Segmented::showMore(const QAction* action) {
    m_more->setText(action ? action->text() : m_moreTitle);
    m_more->setToolTip(action ? action->toolTip() : m_moreTip);
    m_more->setAccessibleDescription(m_more->toolTip());
    m_more->setProperty("chosen", action != nullptr); // a white arrow, which states of the arrow itself can't say
    style()->unpolish(m_more);
    style()->polish(m_more);
}

// The style sheet rounds the outer corners only.
void Segmented::styleEnds() {
    const QList<QAbstractButton*> buttons = m_group->buttons();
    for (qsizetype i = 0; i < buttons.size(); ++i)
        buttons[i]->setProperty("segment", i == 0                    ? QStringLiteral("first")
                                           : i == buttons.size() - 1 ? QStringLiteral("last")
                                                                     : QStringLiteral("middle"));
}

void Segmented::choose(const QString& id) {
    setCurrent(id);
    Q_EMIT chosen(id);
}

void Segmented::setCurrent(const QString& id) {
    if (!m_ids.contains(id))
        return;
    m_current = id;
    const QAction* more = nullptr;
    if (m_menu)
        for (QAction* action : m_menu->actions()) {
            action->setChecked(action->data().toString() == id);
            if (action->isChecked())
                more = action;
        }
    for (QAbstractButton* button : m_group->buttons())
        if (more ? button == m_more : button->property(kId).toString() == id)
            button->setChecked(true);
    if (m_more)
        showMore(more);
}

void Segmented::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const qsizetype next = m_ids.indexOf(m_current) + step;
    if (step == 0 || next < 0 || next >= m_ids.size()) {
        QWidget::keyPressEvent(event);
        return;
    }
    choose(m_ids[next]);
    m_group->checkedButton()->setFocus(Qt::TabFocusReason);
}

} // namespace prunescope::ui
