// Check boxes, radio buttons and buttons.
#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"
#include "app/window_sets/standard_icon.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QRadioButton>
#include <algorithm>

namespace prunescope::app {

namespace {

/// Most in one column, some in two.
QGridLayout* makeGrid(WindowContext& context, QWidget* container) {
    auto* grid = new QGridLayout(container);
    grid->setVerticalSpacing(context.random.between(context.em() / 6, context.em() * 2 / 3));
    grid->setHorizontalSpacing(context.em() * 3 / 2);
    return grid;
}

template <typename ChoiceButton, typename Tick>
QWidget* makeChoices(WindowContext& context, QSize room, int most, QWidget* parent, Tick tick) {
    const int rows = std::min(most, room.height() / (context.em() * 2));
    if (rows < 1 || context.toEm(room.width()) < 7)
        return nullptr;
    QWidget* container = makeContainer(context, 0.3, parent);
    QGridLayout* grid = makeGrid(context, container);
    const int columns = context.toEm(room.width()) >= 22 && context.random.chance(0.3) ? 2 : 1;
    const int count = context.random.between(std::min(2, rows), rows);
    for (int i = 0; i < count; ++i)
        if (const QString text = context.texts.label(context.toEm(room.width()) / columns - 4); !text.isEmpty()) {
            auto* choice = new ChoiceButton(text, container);
            choice->setChecked(tick(i));
            grid->addWidget(choice, i / columns, i % columns);
        }
    return container;
}

} // namespace

QWidget* makeCheckBoxes(WindowContext& context, QSize room, QWidget* parent) {
    return makeChoices<QCheckBox>(context, room, 5, parent, [&](int) { return context.random.chance(0.5); });
}

QWidget* makeRadioButtons(WindowContext& context, QSize room, QWidget* parent) {
    const int chosen = context.random.below(3);
    return makeChoices<QRadioButton>(context, room, 4, parent, [&](int i) { return i == chosen; });
}

QWidget* makeButtons(WindowContext& context, QSize room, QWidget* parent) {
    QWidget* row = new QWidget(parent);
    auto* layout = new QHBoxLayout(row);
    const bool toTheRight = context.random.chance(0.3);
    if (toTheRight)
        layout->addStretch(1);
    const int count = std::min(context.random.between(1, 4), context.toEm(room.width()) / 6);
    const int primary = context.random.below(2 * count + 1);
    for (int i = 0; i < count; ++i)
        if (const QString text = context.texts.label(std::max(3, context.toEm(room.width()) / count - 2));
            !text.isEmpty()) {
            auto* button = new QPushButton(text, row);
            button->setDefault(i == primary);
            if (context.random.chance(0.15))
                button->setIcon(drawStandardIcon(context));
            layout->addWidget(button);
        }
    if (!toTheRight)
        layout->addStretch(1);
    return row;
}

} // namespace prunescope::app
