// Grid lines of a mask layer.
#include "ui/canvas/mask_layer.h"

#include <QPainter>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr double kGridFromPx = 9;  ///< side of a block on screen from which lines are drawn faintly
constexpr double kGridFullPx = 20; ///< and from which they have their full strength
constexpr int kGridAlpha = 96;

} // namespace

void MaskLayer::drawGrid() {
    const std::vector<Sheet> all = sheets();
    const double side = m_key.transform.zoom * all.front().place.width() / all.front().cols;
    if (side < kGridFromPx)
        return;
    const double strength = m_mode == MaskMode::Grid ? 1.6 : std::min(1.0, (side - kGridFromPx + 4) / kGridFullPx);
    QPainter painter(&m_masked);
    painter.setPen(QColor(118, 126, 140, static_cast<int>(std::min(kGridAlpha * strength, 255.0))));
    if (!m_mask.views.empty()) // blocks of what is padded
        painter.setClipRect(areaRect());
    QList<QLine> lines;
    for (const Sheet& sheet : all) {
        addRowLines(sheet, lines);
        addColLines(sheet, lines);
    }
    painter.drawLines(lines);
}

bool MaskLayer::isKept(const Sheet& sheet, int row, int col) const {
    return row >= 0 && col >= 0 && row < sheet.rows && col < sheet.cols && !droppedBy(sheet.index(row, col));
}

// Each edge once, also between two kept blocks; edges that follow on each other are one line.
void MaskLayer::addRowLines(const Sheet& sheet, QList<QLine>& lines) const {
    const Span rows = visibleRows(sheet), cols = visibleCols(sheet);
    for (int row = rows.first; row <= rows.last; ++row) {
        const auto isEdge = [&](int col) { return isKept(sheet, row, col) || isKept(sheet, row - 1, col); };
        const int y = rowEdge(sheet, row);
        for (int col = cols.first; col < cols.last; ++col) {
            const int first = col;
            while (col < cols.last && isEdge(col))
                ++col;
            if (col > first)
                lines.append(QLine(columnEdge(sheet, first), y, columnEdge(sheet, col) - 1, y));
        }
    }
}

void MaskLayer::addColLines(const Sheet& sheet, QList<QLine>& lines) const {
    const Span rows = visibleRows(sheet), cols = visibleCols(sheet);
    for (int col = cols.first; col <= cols.last; ++col) {
        const auto isEdge = [&](int row) { return isKept(sheet, row, col) || isKept(sheet, row, col - 1); };
        const int x = columnEdge(sheet, col);
        for (int row = rows.first; row < rows.last; ++row) {
            const int first = row;
            while (row < rows.last && isEdge(row))
                ++row;
            if (row > first)
                lines.append(QLine(x, rowEdge(sheet, first), x, rowEdge(sheet, row) - 1));
        }
    }
}

} // namespace prunescope::ui
