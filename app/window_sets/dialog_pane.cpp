#include "app/window_sets/dialog_pane.h"

#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"
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
void fillDialog(WindowContext& context, QWidget* inside) {
    const int em = context.em();
    const QSize room(context.random.between(14, 24) * em, 9 * em);
    auto* layout = new QVBoxLayout(inside);
    layout->setContentsMargins(em * 2 / 3, em * 2 / 3, em * 2 / 3, em * 2 / 3);
    layout->setSpacing(em * 2 / 3);
    addIfThere(*layout, makeText(context, {room.width(), 4 * em}, inside));
    if (context.random.chance(0.6))
        addIfThere(*layout, context.random.chance(0.6) ? makeForm(context, room, inside)
                                                       : makeCheckBoxes(context, room, inside));
    addIfThere(*layout, makeButtons(context, room, inside));
}

QFrame* makePane(WindowContext& context, QWidget& window) {
    auto* pane = new QFrame(&window);
    pane->setAutoFillBackground(true);
    pane->setFrameStyle(static_cast<int>(QFrame::Box) | static_cast<int>(QFrame::Plain));
    pane->setLineWidth(1);
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(new TitleBar(context, model::ElementKind::Dialog, pane));
    auto* inside = new QWidget(pane);
    fillDialog(context, inside);
    layout->addWidget(inside);
    return pane;
}

} // namespace

QWidget* addDialog(WindowContext& context, QWidget& window) {
    QFrame* pane = makePane(context, window);
    settle(pane);
    const QSize wanted = pane->sizeHint(), free = window.size() - wanted;
    if (free.width() < 4 * context.em() || free.height() < 4 * context.em()) {
        delete pane;
        return nullptr;
    }
    const int x = free.width() * context.random.between(20, 80) / 100;
    const int y = free.height() * context.random.between(30, 80) / 100;
    pane->setGeometry({{x, y}, wanted});
    pane->show();
    return pane;
}

} // namespace prunescope::app
