#include "model/datasets/screens/table.h"

#include <algorithm>
#include <span>

namespace prunescope::model {

namespace {

/// What a column is to hold, and its head if that is not any label.
struct ColumnWish {
    std::string_view head;
    ValueKind kind;
};

struct TableColumn {
    std::string head;
    ValueKind kind = ValueKind::Words;
    bool toTheRight = false;
    int x = 0;
    int width = 0;
};

bool isNumber(ValueKind kind) {
    return kind >= ValueKind::Integer;
}

class TablePainter {
public:
    TablePainter(Sheet& sheet, PixelRect box, int rows)
        : m_sheet(sheet), m_box(box), m_rowPx(box.height / (rows + 1)), m_rows(rows) {}

    /// Says whether all heads fit.
    bool planColumns(std::span<const ColumnWish> wishes);
    void paint();

private:
    Room room(const TableColumn& column) const { return {m_sheet.font(), column.width - m_sheet.px()}; }
    PixelRect cell(const TableColumn& column, int row) const {
        return {column.x, m_box.y + row * m_rowPx, column.width, m_rowPx};
    }
    void paintBackground();
    void paintHeads();
    void paintRow(int row);
    void writeCell(const TableColumn& column, PixelRect box, const std::string& text, const std::string& row,
                   Color color);

    Sheet& m_sheet;
    PixelRect m_box;
    int m_rowPx;
    int m_rows;
    std::vector<TableColumn> m_columns;
};

bool TablePainter::planColumns(std::span<const ColumnWish> wishes) {
    const int count = static_cast<int>(wishes.size());
    for (int i = 0; i < count; ++i) {
        const ColumnWish& wish = wishes[static_cast<std::size_t>(i)];
        TableColumn column;
        column.x = m_box.x + m_box.width * i / count;
        column.width = m_box.x + m_box.width * (i + 1) / count - column.x;
        column.kind = wish.kind;
        column.toTheRight = isNumber(column.kind) && m_sheet.random().chance(0.5);
        column.head = wish.head.empty() ? m_sheet.texts().label(room(column))
                                        : m_sheet.texts().labelLike(wish.head, room(column));
        if (column.head.empty())
            return false;
        m_columns.push_back(column);
    }
    return true;
}

void TablePainter::paintBackground() {
    const Theme& theme = m_sheet.theme();
    Canvas& canvas = m_sheet.canvas();
    if (theme.tableStyle == TableStyle::Stripes)
        for (int row = 2; row <= m_rows; row += 2)
            canvas.fill({m_box.x, m_box.y + row * m_rowPx, m_box.width, m_rowPx}, theme.panel);
    canvas.fill({m_box.x, m_box.y, m_box.width, m_rowPx}, mix(theme.panel, theme.text, 8));
    if (theme.tableStyle == TableStyle::Stripes)
        return;
    for (int row = 1; row <= m_rows; ++row)
        canvas.fill({m_box.x, m_box.y + row * m_rowPx, m_box.width, 1}, theme.rule);
    if (theme.tableStyle == TableStyle::Grid) {
        for (const TableColumn& column : m_columns)
            canvas.fill({column.x, m_box.y, 1, m_box.height}, theme.rule);
        canvas.frame(m_box, theme.border);
    }
}

void TablePainter::writeCell(const TableColumn& column, PixelRect box, const std::string& text, const std::string& row,
                             Color color) {
    const int pad = m_sheet.px() / 2;
    const int x = column.toTheRight ? box.right() - pad - m_sheet.font().widthOf(text) : box.x + pad;
    const bool head = box.y == m_box.y;
    const std::string key = head || &column == &m_columns.front() ? std::string() : row;
    const std::string headText = head ? std::string() : column.head;
    m_sheet.write(text, x, box.y, box.height, {m_sheet.font(), color}, {box, key, headText, {}});
    m_sheet.add({ElementKind::Cell, text, box, text, row, headText, {}});
}

void TablePainter::paintHeads() {
    for (const TableColumn& column : m_columns)
        writeCell(column, cell(column, 0), column.head, {}, m_sheet.theme().text);
}

void TablePainter::paintRow(int row) {
    std::string name;
    for (const TableColumn& column : m_columns) {
        const bool first = &column == &m_columns.front();
        const std::string text =
            first ? m_sheet.texts().name(column.kind, room(column)) : m_sheet.texts().value(column.kind, room(column));
        if (first)
            name = text;
        if (name.empty() || text.empty())
            return;
        writeCell(column, cell(column, row), text, name, m_sheet.theme().text);
    }
}

void TablePainter::paint() {
    paintBackground();
    paintHeads();
    for (int row = 1; row <= m_rows; ++row)
        paintRow(row);
}

/// Columns of any kind after a first one of words.
std::vector<ColumnWish> anyColumns(Sheet& sheet, int most) {
    const int count = sheet.random().between(2, std::min(most, 4 + sheet.random().below(3)));
    std::vector<ColumnWish> wishes;
    for (int i = 0; i < count; ++i) {
        const ValueKind kind = sheet.texts().valueKind();
        wishes.push_back({{}, i == 0 && isNumber(kind) ? ValueKind::Words : kind});
    }
    return wishes;
}

int rowHeight(Sheet& sheet) {
    return sheet.rowPx() + sheet.random().between(0, sheet.px() / 2);
}

int narrowestColumn(const Sheet& sheet) {
    return 6 * sheet.px();
}

int drawTableOf(Sheet& sheet, PixelRect area, std::span<const ColumnWish> wishes) {
    Xoshiro256& random = sheet.random();
    const int rowPx = rowHeight(sheet), mostRows = std::min(12, area.height / rowPx - 1);
    if (mostRows < 1)
        return 0;
    const int columns = static_cast<int>(wishes.size()),
              rows = random.between(1, std::min(mostRows, 3 + random.below(9)));
    const int wanted = std::min(area.width, columns * random.between(6, 13) * sheet.px());
    const PixelRect box{area.x, area.y, std::max(columns * narrowestColumn(sheet), wanted), (rows + 1) * rowPx};
    TablePainter painter(sheet, box, rows);
    if (!sheet.isFree(box) || !painter.planColumns(wishes))
        return 0;
    painter.paint();
    return box.height + sheet.px() / 2;
}

} // namespace

int drawTable(Sheet& sheet, PixelRect area) {
    const int most = std::min(6, area.width / narrowestColumn(sheet));
    return most < 2 ? 0 : drawTableOf(sheet, area, anyColumns(sheet, most));
}

int drawItemTable(Sheet& sheet, PixelRect area) {
    static constexpr ColumnWish kItems[] = {{"item", ValueKind::Product},
                                            {"quantity", ValueKind::Integer},
                                            {"price", ValueKind::Amount},
                                            {"amount", ValueKind::Amount}};
    const int most = std::min(4, area.width / narrowestColumn(sheet));
    return most < 2 ? 0 : drawTableOf(sheet, area, std::span(kItems).first(static_cast<std::size_t>(most)));
}

} // namespace prunescope::model
