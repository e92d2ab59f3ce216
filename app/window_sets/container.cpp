#include "app/window_sets/container.h"

#include <QFrame>
#include <QGroupBox>
#include <QLayout>

namespace prunescope::app {

QWidget* makeContainer(WindowContext& context, double boxChance, QWidget* parent) {
    if (!context.random.chance(boxChance))
        return new QWidget(parent);
    return new QGroupBox(context.texts.label(9), parent);
}

void polish(QWidget* block) {
    block->ensurePolished();
    for (QWidget* child : block->findChildren<QWidget*>())
        child->ensurePolished();
}

void settle(QWidget* block) {
    if (block->layout() && !qobject_cast<QGroupBox*>(block) && !qobject_cast<QFrame*>(block))
        block->layout()->setContentsMargins(0, 0, 0, 0);
    polish(block);
    if (block->layout())
        block->layout()->invalidate(); // sizes were asked for before there was a style
}

} // namespace prunescope::app
