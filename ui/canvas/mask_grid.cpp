// Grid lines of a mask layer.
#include "ui/canvas/mask_layer.h"

#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr double kGridFromPx = 9;  ///< side of a block on screen from which lines are drawn faintly
constexpr double kGridFullPx = 20; ///< and from which they have their full strength
constexpr int kGridAlpha = 96;

/// Blends level and upright lines, one pixel wide, into an image of Format_RGB32. QPainter does it as well, with a job
/// for other threads for each line: a grid took it several times as long as all the rest of a frame.
class LineBlender {
public:
    LineBlender(QImage& image, QRect clip, const QColor& colour)
        : m_pixels(reinterpret_cast<QRgb*>(image.bits())), m_stride(image.bytesPerLine() / qsizetype{sizeof(QRgb)}),
          m_clip(clip & image.rect()), m_rest(kOne - shareOf(colour)),
          m_redBlue((colour.rgb() & kRedBlue) * shareOf(colour)), m_green((colour.rgb() & kGreen) * shareOf(colour)) {}

    void draw(const QLine& line) const {
        const QRect drawn = QRect(line.p1(), line.p2()) & m_clip;
        for (int y = drawn.top(); y <= drawn.bottom(); ++y)
            for (int x = drawn.left(); x <= drawn.right(); ++x)
                blend(m_pixels[y * m_stride + x]);
    }

private:
    static constexpr QRgb kOne = 256, kRedBlue = 0xff00ff, kGreen = 0x00ff00;
    static QRgb shareOf(const QColor& colour) { return static_cast<QRgb>((colour.alpha() * 256 + 127) / 255); }
    void blend(QRgb& pixel) const {
        const QRgb redBlue = (m_redBlue + (pixel & kRedBlue) * m_rest) >> 8 & kRedBlue;
        const QRgb green = (m_green + (pixel & kGreen) * m_rest) >> 8 & kGreen;
        pixel = 0xff000000 | redBlue | green;
    }

    QRgb* m_pixels;
    qsizetype m_stride;
    QRect m_clip;
    QRgb m_rest;
    QRgb m_redBlue; ///< of the colour, times its share
    QRgb m_green;
};

} // namespace

void MaskLayer::drawGrid() {
    const std::vector<Sheet> all = sheets();
    const double side = m_key.transform.zoom * all.front().place.width() / all.front().cols;
    if (side < kGridFromPx)
        return;
    const double strength = m_mode == MaskMode::Grid ? 1.6 : std::min(1.0, (side - kGridFromPx + 4) / kGridFullPx);
    const QColor colour(118, 126, 140, static_cast<int>(std::min(kGridAlpha * strength, 255.0)));
    // Of what is padded there are blocks as well.
    const LineBlender blender(m_masked, m_mask.views.empty() ? m_masked.rect() : areaRect(), colour);
    QList<QLine> lines;
    for (const Sheet& sheet : all) {
        addRowLines(sheet, lines);
        addColLines(sheet, lines);
    }
    for (const QLine& line : lines)
        blender.draw(line);
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
