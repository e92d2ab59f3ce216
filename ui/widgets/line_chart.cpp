#include "ui/widgets/line_chart.h"

#include "model/progress/training_progress.h"
#include "ui/style/format.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr int kTitlePx = 24;
constexpr int kFootPx = 22;
constexpr int kEdgePx = 12;
constexpr int kRowPx = 17;     ///< of the values at the cursor
constexpr double kDashPx = 20; ///< of a line in the legend
constexpr double kLegendGapPx = 16;
constexpr double kMostLegend = 0.4; ///< of the height
constexpr int kTitledAxisPx = 200;  ///< narrower axes have their numbers alone
constexpr double kFaint = 0.28;
constexpr double kSeamPx = 6;     ///< radius of the ground around a mark, which tells it from a curve that it lies on
constexpr double kMarkRoom = 0.5; ///< on x, beside the first and the last point where there are only marks

/// The values of a line that lie in one column of pixels, as far as a curve needs them.
struct Column {
    double first = 0, low = 0, high = 0, last = 0;

    explicit Column(double y) : first(y), low(y), high(y), last(y) {}
    void add(double y) {
        low = std::min(low, y);
        high = std::max(high, y);
        last = y;
    }
};

/// A piece of the line from `left` on, as legends have it.
void paintSwatch(QPainter& painter, const ChartLine& line, QPointF left, double length) {
    if (line.mark != ChartMark::None)
        return paintMark(painter, line.mark, left + QPointF(length / 2, 0), line.colour);
    painter.setPen(QPen(line.colour, 2, line.dash));
    painter.drawLine(left, left + QPointF(length, 0));
}

/// Of the line with most points, and of all points that have marks.
std::vector<double> placesOf(const std::vector<ChartLine>& lines) {
    const auto most = std::ranges::max_element(lines, {}, [](const ChartLine& line) { return line.x.size(); });
    std::vector<double> places = most == lines.end() ? std::vector<double>() : most->x;
    for (const ChartLine& line : lines)
        if (line.mark != ChartMark::None)
            places.insert(places.end(), line.x.begin(), line.x.end());
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
    return places;
}

} // namespace

LineChart::LineChart(const QString& title, const QString& xTitle, QWidget* parent)
    : QWidget(parent), m_title(title), m_xTitle(xTitle) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void LineChart::setLines(std::vector<ChartLine> lines) {
    m_lines = std::move(lines);
    arrange();
}

void LineChart::setTitle(const QString& title) {
    m_title = title;
    setAccessibleName(title);
    update();
}

void LineChart::setLegend(std::vector<ChartLine> entries) {
    m_legend = std::move(entries);
    update();
}

void LineChart::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    arrange();
}

void LineChart::setSmoothing(double weight) {
    m_smoothing = weight;
    arrange();
}

void LineChart::setFixedRange(double low, double high) {
    m_fixed = ChartAxis(low, high, false);
    arrange();
}

void LineChart::setXNames(std::vector<std::pair<double, QString>> marks, std::function<QString(double)> nameOf) {
    m_marks = std::move(marks);
    m_nameOf = std::move(nameOf);
    arrange();
}

void LineChart::setCurrent(std::optional<double> x) {
    if (x == m_current)
        return;
    m_current = x;
    update();
}

void LineChart::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void LineChart::arrange() {
    std::vector<double> xs, ys;
    m_smooth.clear();
    for (const ChartLine& line : m_lines) {
        m_smooth.push_back(m_smoothing > 0 ? smoothed(line.y, m_smoothing) : line.y);
        ys.insert(ys.end(), line.y.begin(), line.y.end());
        if (!line.x.empty())
            xs.insert(xs.end(), {line.x.front(), line.x.back()});
    }
    m_places = placesOf(m_lines);
    m_yAxis = m_fixed ? *m_fixed : ChartAxis::around(ys, m_logarithmic);
    for (const auto& [place, name] : m_marks)
        xs.push_back(place);
    if (!xs.empty()) {
        const auto [low, high] = std::ranges::minmax(xs);
        const bool marked = std::ranges::all_of(m_lines, [](const auto& line) { return line.mark != ChartMark::None; });
        m_xAxis = marked ? ChartAxis(low - kMarkRoom, high + kMarkRoom, false) // marks are whole at the edges
                         : ChartAxis(low, high > low ? high : low + 1, false);
    }
    const QFontMetricsF metrics(font());
    m_labelPx = 24;
    for (const double tick : m_yAxis.ticks(4))
        m_labelPx = std::max(m_labelPx, metrics.horizontalAdvance(valueText(tick)) + 10);
    setAccessibleDescription(cursorText());
    update();
}

bool LineChart::isEmpty() const {
    return std::ranges::all_of(m_lines, [](const ChartLine& line) { return line.x.empty(); });
}

QString LineChart::valueText(double value) {
    const double size = std::abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e6))
        return QString::number(value, 'g', 2);
    QString text = fixedText(value, size >= 100 ? 0 : size >= 1 ? 2 : 4);
    while (text.contains(QLatin1Char('.')) && (text.endsWith(QLatin1Char('0')) || text.endsWith(QLatin1Char('.'))))
        text.chop(1);
    return text;
}

QRectF LineChart::plot() const {
    const std::vector<QPointF> legend = legendPlaces();
    const double head = legend.empty() ? kTitlePx : legend.back().y() + kTitlePx / 2.0;
    return QRectF(rect()).adjusted(kEdgePx + m_labelPx, head + 6, -kEdgePx, -kFootPx);
}

std::vector<QPointF> LineChart::legendPlaces() const {
    const QFontMetricsF metrics(font());
    double x = kEdgePx + metrics.horizontalAdvance(m_title) + kLegendGapPx, y = 2 + kTitlePx / 2.0;
    std::vector<QPointF> places;
    for (const ChartLine& entry : m_legend) {
        const double wide = kDashPx + 6 + metrics.horizontalAdvance(entry.title);
        if (x + wide > width() - kEdgePx) {
            x = kEdgePx;
            y += kRowPx;
        }
        places.emplace_back(x, y);
        x += wide + kLegendGapPx;
    }
    if (y > height() * kMostLegend) // the curves matter more; the cursor names them, too
        places.clear();
    return places;
}

QPointF LineChart::pointAt(double x, double y) const {
    const QRectF area = plot();
    return {area.left() + m_xAxis.share(x) * area.width(), area.bottom() - m_yAxis.share(y) * area.height()};
}

QSize LineChart::sizeHint() const {
    return {360, 200};
}

QSize LineChart::minimumSizeHint() const {
    return {150, 90};
}

// Painting -----------------------------------------------------------------------------------------------------------

void LineChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colours& colours = coloursOf(palette());
    painter.setPen(hasFocus() ? QPen(colours.accent, 2) : QPen(colours.border));
    painter.setBrush(colours.field);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setPen(colours.muted);
    painter.drawText(QRectF(kEdgePx, 2, width() - 2 * kEdgePx, kTitlePx), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(font()).elidedText(m_title, Qt::ElideRight, width() - 2 * kEdgePx));
    if (isEmpty()) {
        painter.drawText(plot(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    paintLegend(painter);
    paintGrid(painter);
    paintLines(painter);
    paintCursor(painter);
}

void LineChart::paintLegend(QPainter& painter) const {
    const std::vector<QPointF> places = legendPlaces();
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double y = places[i].y(), text = places[i].x() + kDashPx + 6;
        paintSwatch(painter, m_legend[i], places[i], kDashPx);
        painter.setPen(coloursOf(palette()).text);
        painter.drawText(QRectF(text, y - 9, width() - text, 18), Qt::AlignLeft | Qt::AlignVCenter, m_legend[i].title);
    }
}

void LineChart::paintGrid(QPainter& painter) const {
    const Colours& colours = coloursOf(palette());
    const QRectF area = plot();
    for (const double tick : m_yAxis.ticks(std::max(2, static_cast<int>(area.height() / 36)))) {
        const double y = pointAt(m_xAxis.low(), tick).y();
        painter.setPen(colours.border);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(area.left() - m_labelPx, y - 9, m_labelPx - 6, 18), Qt::AlignRight | Qt::AlignVCenter,
                         valueText(tick));
    }
    if (m_current) {
        painter.setPen(QPen(colours.accent, 2));
        painter.drawLine(pointAt(*m_current, m_yAxis.low()), pointAt(*m_current, m_yAxis.high()));
        painter.setPen(colours.muted);
    }
    paintMarks(painter);
}

void LineChart::paintMarks(QPainter& painter) const {
    const QRectF area = plot();
    const QFontMetricsF metrics(font());
    const bool titled = area.width() >= kTitledAxisPx;
    double end = titled ? area.right() - metrics.horizontalAdvance(m_xTitle) - 8 : width();
    const auto paintMark = [&](double place, const QString& text) {
        const double x = pointAt(place, m_yAxis.low()).x(), half = metrics.horizontalAdvance(text) / 2;
        if (x + half < end)
            painter.drawText(QRectF(x - half - 2, area.bottom() + 2, 2 * half + 4, kFootPx - 4), Qt::AlignCenter, text);
    };
    for (const auto& [place, name] : m_marks)
        paintMark(place, name);
    if (m_marks.empty())
        for (const double tick : m_xAxis.ticks(std::max(1, static_cast<int>(area.width() / 80))))
            if (tick == std::floor(tick))
                paintMark(tick, countText(static_cast<qint64>(std::llround(tick))));
    if (titled)
        painter.drawText(QRectF(area.left(), area.bottom() + 2, area.width(), kFootPx - 4),
                         Qt::AlignRight | Qt::AlignVCenter, m_xTitle);
}

// As many points as pixels show: of each column of pixels the first, lowest, highest and last value.
QPainterPath LineChart::curve(const ChartLine& line, const std::vector<double>& y) const {
    QPainterPath path;
    const auto lineTo = [&](double x, double value) {
        const QPointF point = pointAt(x, value);
        path.elementCount() == 0 ? path.moveTo(point) : path.lineTo(point);
    };
    const double perPixel = (m_xAxis.high() - m_xAxis.low()) / std::max(1.0, plot().width());
    for (std::size_t i = 0; i < line.x.size();) {
        const double x = line.x[i];
        std::optional<Column> column;
        for (; i < line.x.size() && line.x[i] - x < perPixel; ++i)
            if (m_yAxis.holds(y[i]))
                column ? column->add(y[i]) : static_cast<void>(column.emplace(y[i]));
        if (!column)
            continue;
        lineTo(x, column->first);
        if (column->low != column->high) {
            lineTo(x, column->low);
            lineTo(x, column->high);
            lineTo(x, column->last);
        }
    }
    return path;
}

void LineChart::paintLines(QPainter& painter) const {
    painter.save();
    painter.setClipRect(plot().adjusted(-2, -2, 2, 2));
    painter.setBrush(Qt::NoBrush);
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const ChartLine& line = m_lines[i];
        if (line.mark != ChartMark::None)
            continue;
        QPen pen(line.colour, 1.8, line.dash, Qt::FlatCap, Qt::RoundJoin);
        if (m_smoothing > 0) {
            QColor faint = line.colour;
            faint.setAlphaF(kFaint);
            painter.setPen(QPen(faint, 1));
            painter.drawPath(curve(line, line.y));
        }
        painter.setPen(pen);
        painter.drawPath(curve(line, m_smooth[i]));
        if (line.x.size() == 1 && m_yAxis.holds(line.y.front())) {
            painter.setBrush(line.colour);
            painter.drawEllipse(pointAt(line.x.front(), line.y.front()), 2.5, 2.5);
            painter.setBrush(Qt::NoBrush);
        }
    }
    painter.restore();
    for (const ChartLine& line : m_lines) // whole, also at an edge
        if (line.mark != ChartMark::None)
            paintPoints(painter, line);
}

void LineChart::paintPoints(QPainter& painter, const ChartLine& line) const {
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        if (!m_yAxis.holds(line.y[i]))
            continue;
        const QPointF place = pointAt(line.x[i], line.y[i]);
        painter.setPen(Qt::NoPen);
        painter.setBrush(coloursOf(palette()).field);
        painter.drawEllipse(place, kSeamPx, kSeamPx);
        paintMark(painter, line.mark, place, line.colour);
    }
    painter.setBrush(Qt::NoBrush);
}

void LineChart::paintCursor(QPainter& painter) const {
    if (!m_cursor)
        return;
    const Colours& colours = coloursOf(palette());
    const QRectF area = plot();
    const double x = pointAt(*m_cursor, m_yAxis.low()).x();
    painter.setPen(QPen(colours.muted, 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const QStringList texts = cursorText().split(QLatin1Char('\n'));
    const QFontMetricsF metrics(font());
    double widest = 0;
    for (const QString& text : texts)
        widest = std::max(widest, metrics.horizontalAdvance(text));
    QRectF box(x + 8, area.top(), widest + 32, static_cast<double>(texts.size()) * kRowPx + 8);
    if (box.right() > area.right())
        box.moveRight(std::max(box.width(), x - 8));
    painter.setPen(colours.border);
    painter.setBrush(colours.panel);
    painter.drawRoundedRect(box, 4, 4);
    const std::vector<std::size_t> named = linesAtCursor();
    for (qsizetype row = 0; row < texts.size(); ++row) {
        const double middle = box.top() + 4 + (static_cast<double>(row) + 0.5) * kRowPx;
        if (row > 0)
            paintSwatch(painter, m_lines[named[static_cast<std::size_t>(row) - 1]], QPointF(box.left() + 6, middle),
                        14);
        painter.setPen(colours.text);
        painter.drawText(QRectF(box.left() + 25, middle - 9, widest + 4, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         texts[row]);
    }
}

} // namespace prunescope::ui
