#include "app/window_sets/table_reader.h"

#include <QHeaderView>
#include <string>

namespace prunescope::app {

namespace {

using model::ElementKind;
using model::ScreenElement;

/// What the heads say; empty where one can't be seen as a whole.
std::vector<std::string> readHeads(ElementCollector& elements, const QTableWidget& table) {
    const QHeaderView& header = *table.horizontalHeader();
    std::vector<std::string> heads;
    for (int column = 0; column < table.columnCount(); ++column) {
        const QString text = table.horizontalHeaderItem(column)->text();
        const QRect place(header.sectionViewportPosition(column), 0, header.sectionSize(column), header.height());
        const std::string head = text.toStdString();
        const bool seen = elements.take({header.viewport(), place, text, {}, BoxOf::Place},
                                        {ElementKind::Cell, head, {}, head, {}, {}, {}});
        heads.push_back(seen ? head : std::string());
    }
    return heads;
}

bool readCell(ElementCollector& elements, const QTableWidget& table, const QTableWidgetItem& item,
              const std::string& row, const std::string& column) {
    const std::string text = item.text().toStdString();
    ScreenElement cell{ElementKind::Cell, text, {}, text, {}, {}, {}};
    if (!row.empty() && !column.empty()) {
        cell.row = row;
        cell.column = column;
    }
    return elements.take({table.viewport(), table.visualItemRect(&item), item.text(), {}, BoxOf::Place},
                         std::move(cell));
}

} // namespace

void readTable(ElementCollector& elements, const QTableWidget& table) {
    const std::vector<std::string> heads = readHeads(elements, table);
    for (int row = 0; row < table.rowCount(); ++row) {
        const QTableWidgetItem& first = *table.item(row, 0);
        std::string name = first.text().toStdString();
        if (!readCell(elements, table, first, name, heads[0]))
            name.clear();
        for (int column = 1; column < table.columnCount(); ++column)
            readCell(elements, table, *table.item(row, column), name, heads[static_cast<std::size_t>(column)]);
    }
}

} // namespace prunescope::app
