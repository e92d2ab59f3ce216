#include "app/window_sets/content.h"

#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace prunescope::app {

namespace {

using MakeBlock = QWidget* (*)(WindowContext&, QSize, QWidget*);

MakeBlock drawBlock(WindowContext& context) {
    struct Share {
        int percent;
        MakeBlock make;
    };
    static constexpr Share kShares[] = {{29, makeForm},  {19, makeCheckBoxes},  {12, makeButtons},
                                        {20, makeTable}, {7, makeText},         {5, makeHeading},
                                        {3, makeNotes},  {2, makeRadioButtons}, {3, makeGauge}};
    int left = context.random.below(100);
    for (const Share& share : kShares) {
        left -= share.percent;
        if (left < 0)
            return share.make;
    }
    return makeForm;
}

/// Adds a block if it fits; gives the height that it takes, or 0.
int addBlock(WindowContext& context, QWidget* column, QVBoxLayout& layout, QSize room) {
    QWidget* block = drawBlock(context)(context, room, column);
    if (!block)
        return 0;
    settle(block);
    const QSize wanted = block->sizeHint().expandedTo(block->minimumSize()).boundedTo(block->maximumSize());
    if (wanted.width() > room.width() || wanted.height() > room.height()) {
        delete block;
        return 0;
    }
    const bool whole = block->layout() != nullptr && context.random.chance(0.5); // as wide as the column
    layout.addWidget(block, 0, whole ? Qt::Alignment() : Qt::AlignLeft);
    return wanted.height();
}

/// One block below the other until there is no room, or no more to show.
void fillColumn(WindowContext& context, QWidget* column, QSize room) {
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(context.random.between(context.em() / 3, context.em() * 5 / 4));
    for (int misses = 0; misses < 6 && room.height() > context.em();) {
        const int used = addBlock(context, column, *layout, room);
        misses += used == 0;
        if (used > 0)
            room.rheight() -= used + layout->spacing();
        if (used > 0 && room.height() > 16 * context.em() && context.random.chance(0.05))
            break;
    }
    layout->addStretch(1);
}

int drawColumnCount(WindowContext& context, int widthEm) {
    if (widthEm < 34)
        return 1;
    return context.random.chance(0.15) ? 1 : widthEm < 60 ? 2 : context.random.between(2, 3);
}

} // namespace

void fillContent(WindowContext& context, QWidget* host) {
    const int margin = context.random.between(context.em() / 3, context.em()), gap = context.em() * 3 / 2;
    const QSize room = host->size() - QSize(2 * margin, 2 * margin);
    const int columns = drawColumnCount(context, context.toEm(room.width()));
    auto* layout = new QHBoxLayout(host);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(gap);
    int left = room.width() - (columns - 1) * gap;
    for (int i = 0; i < columns; ++i) {
        const int share = left / (columns - i);
        const int width = i + 1 == columns ? left : share * context.random.between(80, 120) / 100;
        auto* column = new QWidget(host);
        column->setFixedWidth(width);
        fillColumn(context, column, {width, room.height()});
        layout->addWidget(column);
        left -= width;
    }
}

} // namespace prunescope::app
