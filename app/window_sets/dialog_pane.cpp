#include "app/window_sets/dialog_pane.h"

#include "app/window_sets/blocks.h"
#include "app/window_sets/ground.h"
#include "app/window_sets/title_bar.h"

#include <QFrame>
#include <QVBoxLayout>

namespace prunescope::app {

namespace {

void addIfThere(QVBoxLayout& layout, QWidget* block) {
    if (!block)
        return;
    settle(block);
    layout.addWidget(block);
}

/// A text, perhaps something to fill in, and buttons.
void fillDialog(Kit& kit, QWidget* inside) {
    const int em = kit.em();
    const QSize room(kit.dice.between(14, 24) * em, 9 * em);
    auto* layout = new QVBoxLayout(inside);
    layout->setContentsMargins(em * 2 / 3, em * 2 / 3, em * 2 / 3, em * 2 / 3);
    layout->setSpacing(em * 2 / 3);
    addIfThere(*layout, makeText(kit, {room.width(), 4 * em}, inside));
    if (kit.dice.chance(0.6))
        addIfThere(*layout, kit.dice.chance(0.6) ? makeForm(kit, room, inside) : makeCheckBoxes(kit, room, inside));
    addIfThere(*layout, makeButtons(kit, room, inside));
}

QFrame* makePane(Kit& kit, QWidget& window) {
    auto* pane = new QFrame(&window);
    pane->setAutoFillBackground(true);
    pane->setFrameStyle(static_cast<int>(QFrame::Box) | static_cast<int>(QFrame::Plain));
    pane->setLineWidth(1);
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(new TitleBar(kit, model::ElementKind::Dialog, pane));
    auto* inside = new QWidget(pane);
    fillDialog(kit, inside);
    layout->addWidget(inside);
    return pane;
}

} // namespace

QWidget* addDialog(Kit& kit, QWidget& window) {
    QFrame* pane = makePane(kit, window);
    settle(pane);
    const QSize wanted = pane->sizeHint(), free = window.size() - wanted;
    if (free.width() < 4 * kit.em() || free.height() < 4 * kit.em()) {
        delete pane;
        return nullptr;
    }
    const int x = free.width() * kit.dice.between(20, 80) / 100;
    const int y = free.height() * kit.dice.between(30, 80) / 100;
    pane->setGeometry({{x, y}, wanted});
    pane->show();
    return pane;
}

} // namespace prunescope::app
