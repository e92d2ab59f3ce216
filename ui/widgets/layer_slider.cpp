#include "ui/widgets/layer_slider.h"

#include "ui/style/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kHeightPx = 36;
constexpr double kEdgePx = 3;         ///< room for the frame around the chosen column
constexpr double kGapFromPx = 5;      ///< width of a column from which there is a gap between two
constexpr double kOtherOpacity = 0.8; ///< of the columns that are not chosen
constexpr double kLeastKeptPx = 1.5;  ///< where anything is left

} // namespace

LayerSlider::LayerSlider(QWidget* parent) : QAbstractSlider(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setOrientation(Qt::Horizontal);
    setPageStep(4);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setColumns({DepthColumn{}});
}

void LayerSlider::setColumns(std::vector<DepthColumn> columns) {
    m_columns = std::move(columns);
    setRange(0, static_cast<int>(m_columns.size()) - 1);
    update();
}

QSize LayerSlider::sizeHint() const {
    return {320, kHeightPx};
}

QSize LayerSlider::minimumSizeHint() const {
    return {120, kHeightPx};
}

QRectF LayerSlider::columnRect(int depth) const {
    const double each = (width() - 2 * kEdgePx) / static_cast<double>(m_columns.size());
    const double gap = each > kGapFromPx ? 1 : 0;
    return {kEdgePx + depth * each, kEdgePx, each - gap, height() - 2 * kEdgePx};
}

int LayerSlider::depthAt(double x) const {
    const double each = (width() - 2 * kEdgePx) / static_cast<double>(m_columns.size());
    return std::clamp(static_cast<int>((x - kEdgePx) / each), minimum(), maximum());
}

bool LayerSlider::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int depth = depthAt(help->pos().x());
        QToolTip::showText(help->globalPos(), m_columns[static_cast<std::size_t>(depth)].title, this,
                           columnRect(depth).toAlignedRect());
        return true;
    }
    return QAbstractSlider::event(event);
}

void LayerSlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    setSliderDown(true);
    setValue(depthAt(event->position().x()));
}

void LayerSlider::mouseMoveEvent(QMouseEvent* event) {
    if (isSliderDown())
        setValue(depthAt(event->position().x()));
}

void LayerSlider::mouseReleaseEvent(QMouseEvent*) {
    setSliderDown(false);
}

void LayerSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int depth = 0; depth <= maximum(); ++depth) {
        painter.setOpacity(isEnabled() && depth == value() ? 1 : kOtherOpacity);
        paintColumn(painter, depth);
    }
    painter.setOpacity(1);
    if (isEnabled())
        paintChosen(painter);
}

void LayerSlider::paintColumn(QPainter& painter, int depth) const {
    const DepthColumn& column = m_columns[static_cast<std::size_t>(depth)];
    const QRectF whole = columnRect(depth);
    double top = whole.top();
    for (const auto& [look, share] : column.dropped) {
        look.fill(painter, QRectF(whole.left(), top, whole.width(), share * whole.height()));
        top += share * whole.height();
    }
    const double kept = std::max(column.kept * whole.height(), column.kept > 0 ? kLeastKeptPx : 0.0);
    painter.fillRect(QRectF(whole.left(), whole.bottom() - kept, whole.width(), kept), coloursOf(palette()).good);
}

void LayerSlider::paintChosen(QPainter& painter) const {
    const Colours& colours = coloursOf(palette());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(hasFocus() ? colours.accent : colours.text, 2));
    painter.drawRoundedRect(columnRect(value()).adjusted(-1.5, -1.5, 1.5, 1.5), 2, 2);
}

} // namespace prunescope::ui
