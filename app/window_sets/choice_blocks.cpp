// Check boxes, radio buttons and buttons.
#include "app/window_sets/blocks.h"
#include "app/window_sets/ground.h"
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
QGridLayout* makeGrid(Kit& kit, QWidget* ground) {
    auto* grid = new QGridLayout(ground);
    grid->setVerticalSpacing(kit.dice.between(kit.em() / 6, kit.em() * 2 / 3));
    grid->setHorizontalSpacing(kit.em() * 3 / 2);
    return grid;
}

template <typename ChoiceButton, typename Tick>
QWidget* makeChoices(Kit& kit, QSize room, int most, QWidget* parent, Tick tick) {
    const int rows = std::min(most, room.height() / (kit.em() * 2));
    if (rows < 1 || kit.toEm(room.width()) < 7)
        return nullptr;
    QWidget* ground = makeGround(kit, 0.3, parent);
    QGridLayout* grid = makeGrid(kit, ground);
    const int columns = kit.toEm(room.width()) >= 22 && kit.dice.chance(0.3) ? 2 : 1;
    const int count = kit.dice.between(std::min(2, rows), rows);
    for (int i = 0; i < count; ++i)
        if (const QString text = kit.texts.label(kit.toEm(room.width()) / columns - 4); !text.isEmpty()) {
            auto* choice = new ChoiceButton(text, ground);
            choice->setChecked(tick(i));
            grid->addWidget(choice, i / columns, i % columns);
        }
    return ground;
}

} // namespace

QWidget* makeCheckBoxes(Kit& kit, QSize room, QWidget* parent) {
    return makeChoices<QCheckBox>(kit, room, 5, parent, [&](int) { return kit.dice.chance(0.5); });
}

QWidget* makeRadioButtons(Kit& kit, QSize room, QWidget* parent) {
    const int chosen = kit.dice.below(3);
    return makeChoices<QRadioButton>(kit, room, 4, parent, [&](int i) { return i == chosen; });
}

QWidget* makeButtons(Kit& kit, QSize room, QWidget* parent) {
    QWidget* row = new QWidget(parent);
    auto* layout = new QHBoxLayout(row);
    const bool toTheRight = kit.dice.chance(0.3);
    if (toTheRight)
        layout->addStretch(1);
    const int count = std::min(kit.dice.between(1, 4), kit.toEm(room.width()) / 6);
    const int primary = kit.dice.below(2 * count + 1);
    for (int i = 0; i < count; ++i)
        if (const QString text = kit.texts.label(std::max(3, kit.toEm(room.width()) / count - 2)); !text.isEmpty()) {
            auto* button = new QPushButton(text, row);
            button->setDefault(i == primary);
            if (kit.dice.chance(0.15))
                button->setIcon(drawStandardIcon(kit));
            layout->addWidget(button);
        }
    if (!toTheRight)
        layout->addStretch(1);
    return row;
}

} // namespace prunescope::app
