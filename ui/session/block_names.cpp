#include "ui/session/block_names.h"

#include <QCoreApplication>

namespace prunescope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("BlockNames", text);
}

} // namespace

QString blockName(const BlockGrid& grid, int block) {
    return tr("Block %1 · row %2, column %3").arg(block).arg(grid.row(block)).arg(grid.col(block));
}

QString neighbourName(const BlockGrid& grid, int from, int to) {
    const int rows = grid.row(to) - grid.row(from), cols = grid.col(to) - grid.col(from);
    if (rows == 0 && cols == -1)
        return tr("its left neighbour");
    if (rows == 0 && cols == 1)
        return tr("its right neighbour");
    if (rows == -1 && cols == 0)
        return tr("its upper neighbour");
    return rows == -1 && cols == -1 ? tr("its upper left neighbour") : tr("block %1").arg(to);
}

} // namespace prunescope::ui
