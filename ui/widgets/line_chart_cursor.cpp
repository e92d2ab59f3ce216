// The cursor of a chart: mouse, keyboard, and what it says.
#include "ui/style/format.h"
#include "ui/widgets/line_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

/// Index of the x nearest to `wanted`. There must be one.
std::size_t nearest(const std::vector<double>& x, double wanted) {
    const auto next = std::ranges::lower_bound(x, wanted);
    if (next == x.begin())
        return 0;
    if (next == x.end() || wanted - *(next - 1) <= *next - wanted)
        return static_cast<std::size_t>(next - x.begin()) - 1;
    return static_cast<std::size_t>(next - x.begin());
}

} // namespace

QString LineChart::cursorText() const {
    if (!m_cursor || isEmpty())
        return {};
    QStringList parts{placeText(*m_cursor)};
    for (const std::size_t i : linesAtCursor())
        parts << QStringLiteral("%1 %2").arg(m_lines[i].title,
                                             valueText(m_smooth[i][nearest(m_lines[i].x, *m_cursor)]));
    return parts.join(QLatin1Char('\n'));
}

QString LineChart::placeText(double x) const {
    return m_nameOf ? m_nameOf(x)
                    : QStringLiteral("%1 %2").arg(m_xTitle, countText(static_cast<qint64>(std::llround(x))));
}

std::vector<std::size_t> LineChart::linesAtCursor() const {
    std::vector<std::size_t> named;
    for (std::size_t i = 0; m_cursor && i < m_lines.size(); ++i) {
        const ChartLine& line = m_lines[i];
        if (!line.x.empty() && (line.mark == ChartMark::None || line.x[nearest(line.x, *m_cursor)] == *m_cursor))
            named.push_back(i);
    }
    return named;
}

void LineChart::setCursorAt(std::optional<double> x) {
    if (x && isEmpty())
        x.reset();
    m_cursor = x ? std::optional(m_places[nearest(m_places, *x)]) : std::nullopt;
    setAccessibleDescription(cursorText());
    update();
}

void LineChart::stepCursor(int direction, int points) {
    const std::vector<double>& xs = m_places;
    if (xs.empty())
        return;
    const auto last = static_cast<std::ptrdiff_t>(xs.size()) - 1;
    const auto at = static_cast<std::ptrdiff_t>(nearest(xs, m_cursor.value_or(m_current.value_or(xs.back()))));
    moveCursor(xs[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + direction * points, 0, last))]);
}

void LineChart::moveCursor(std::optional<double> x) {
    const std::optional<double> before = m_cursor;
    setCursorAt(x);
    if (m_cursor != before)
        Q_EMIT cursorMoved(m_cursor);
}

void LineChart::mouseMoveEvent(QMouseEvent* event) {
    const QRectF area = plot();
    const double x = event->position().x();
    if (x < area.left() - 4 || x > area.right() + 4)
        moveCursor(std::nullopt);
    else
        moveCursor(m_xAxis.valueAt((x - area.left()) / area.width()));
}

void LineChart::mousePressEvent(QMouseEvent* event) {
    mouseMoveEvent(event);
    if (m_cursor && event->button() == Qt::LeftButton)
        Q_EMIT placeChosen(*m_cursor);
}

void LineChart::leaveEvent(QEvent*) {
    if (!hasFocus())
        moveCursor(std::nullopt);
}

void LineChart::keyPressEvent(QKeyEvent* event) {
    const int all = static_cast<int>(m_places.size());
    const int page = std::max(1, all / 20);
    switch (event->key()) {
    case Qt::Key_Left:
        return stepCursor(-1, 1);
    case Qt::Key_Right:
        return stepCursor(1, 1);
    case Qt::Key_PageUp:
        return stepCursor(-1, page);
    case Qt::Key_PageDown:
        return stepCursor(1, page);
    case Qt::Key_Home:
        return stepCursor(-1, all);
    case Qt::Key_End:
        return stepCursor(1, all);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_cursor)
            Q_EMIT placeChosen(*m_cursor);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LineChart::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    const bool byKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKey && !isEmpty())
        setCursorAt(m_cursor.value_or(m_current.value_or(m_places.back())));
}

void LineChart::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    moveCursor(std::nullopt);
}

} // namespace prunescope::ui
