#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"

#include <QHeaderView>
#include <QTableWidget>
#include <algorithm>
#include <vector>

namespace prunescope::app {

namespace {

using model::ValueKind;

constexpr int kColumnEm = 7; ///< the least that heads and values want

bool isNumber(ValueKind kind) {
    return kind >= ValueKind::Integer;
}

/// The first column says what a row is called.
std::vector<ValueKind> drawKinds(WindowContext& context, int count) {
    std::vector<ValueKind> kinds;
    for (int i = 0; i < count; ++i) {
        const ValueKind kind = context.texts.valueKind();
        kinds.push_back(i == 0 && isNumber(kind) ? ValueKind::Words : kind);
    }
    return kinds;
}

void fill(WindowContext& context, QTableWidget& table, const std::vector<ValueKind>& kinds) {
    for (int column = 0; column < table.columnCount(); ++column) {
        const ValueKind kind = kinds[static_cast<std::size_t>(column)];
        table.setHorizontalHeaderItem(column, new QTableWidgetItem(context.texts.label(kColumnEm)));
        const bool toTheRight = isNumber(kind) && context.random.chance(0.5);
        for (int row = 0; row < table.rowCount(); ++row) {
            const QString text = column == 0 ? context.texts.name(kind, 9) : context.texts.value(kind, 9);
            auto* item = new QTableWidgetItem(text);
            if (toTheRight)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            table.setItem(row, column, item);
        }
    }
}

void drawHabits(WindowContext& context, QTableWidget& table) {
    table.setShowGrid(context.random.chance(0.6));
    table.setAlternatingRowColors(context.random.chance(0.4));
    table.verticalHeader()->setVisible(context.random.chance(0.25));
    table.verticalHeader()->setDefaultSectionSize(context.em() +
                                                  context.random.between(context.em() / 2, context.em()));
    table.horizontalHeader()->setDefaultAlignment(context.random.chance(0.5) ? Qt::AlignCenter
                                                                             : Qt::AlignLeft | Qt::AlignVCenter);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setWordWrap(false);
    if (context.random.chance(0.3))
        table.selectRow(context.random.below(table.rowCount()));
}

/// As wide as its texts or as the room, as high as its rows; few have to be scrolled.
void setTableSize(WindowContext& context, QTableWidget& table, int roomPx) {
    polish(&table);
    table.resizeColumnsToContents();
    for (int column = 0; column < table.columnCount(); ++column)
        table.setColumnWidth(column, table.columnWidth(column) + context.random.below(context.em() * 2));
    const int frame = 2 * table.frameWidth();
    const int side = table.verticalHeader()->isVisible() ? table.verticalHeader()->sizeHint().width() : 0;
    const int width = side + table.horizontalHeader()->length() + frame;
    table.horizontalHeader()->setStretchLastSection(context.random.chance(0.6));
    table.setFixedWidth(context.random.chance(0.5) ? std::max(width, roomPx) : width);
    const int hidden = context.random.chance(0.08) ? context.random.between(1, 2 * context.em()) : 0;
    const int rows = table.verticalHeader()->length() - hidden;
    table.setFixedHeight(table.horizontalHeader()->sizeHint().height() + rows + frame);
}

} // namespace

QWidget* makeTable(WindowContext& context, QSize room, QWidget* parent) {
    const int em = context.em(), mostColumns = context.toEm(room.width()) / kColumnEm,
              mostRows = room.height() / (2 * em) - 1;
    if (mostColumns < 2 || mostRows < 1)
        return nullptr;
    auto* table = new QTableWidget(parent);
    table->setColumnCount(std::min(mostColumns, context.random.between(2, 5)));
    table->setRowCount(std::min(mostRows, context.random.between(2, 9)));
    fill(context, *table, drawKinds(context, table->columnCount()));
    drawHabits(context, *table);
    setTableSize(context, *table, room.width());
    return table;
}

} // namespace prunescope::app
