#include "ui/widgets/segmented.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QToolButton>

namespace prunescope::ui {

namespace {

constexpr char kId[] = "segmentId";

} // namespace

Segmented::Segmented(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    connect(m_group, &QButtonGroup::buttonClicked, this,
            [this](QAbstractButton* button) { Q_EMIT chosen(button->property(kId).toString()); });
}

void Segmented::add(const QString& id, const QString& title, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setProperty(kId, id);
    button->setText(title);
    button->setToolTip(tip);
    button->setAccessibleDescription(tip);
    button->setCheckable(true);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_group->addButton(button);
    layout()->addWidget(button);
    styleEnds();
}

// The style sheet rounds the outer corners only.
void Segmented::styleEnds() {
    const QList<QAbstractButton*> buttons = m_group->buttons();
    for (qsizetype i = 0; i < buttons.size(); ++i)
        buttons[i]->setProperty("segment", i == 0                    ? QStringLiteral("first")
                                           : i == buttons.size() - 1 ? QStringLiteral("last")
                                                                     : QStringLiteral("middle"));
}

QString Segmented::current() const {
    const QAbstractButton* button = m_group->checkedButton();
    return button ? button->property(kId).toString() : QString();
}

void Segmented::setCurrent(const QString& id) {
    for (QAbstractButton* button : m_group->buttons())
        if (button->property(kId).toString() == id)
            button->setChecked(true);
}

void Segmented::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    const QList<QAbstractButton*> buttons = m_group->buttons();
    const qsizetype next = buttons.indexOf(m_group->checkedButton()) + step;
    if (step == 0 || next < 0 || next >= buttons.size()) {
        QWidget::keyPressEvent(event);
        return;
    }
    buttons[next]->setFocus(Qt::TabFocusReason);
    buttons[next]->click();
}

} // namespace prunescope::ui
