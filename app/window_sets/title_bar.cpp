#include "app/window_sets/title_bar.h"

#include "app/window_sets/window_palette.h"

#include <QHBoxLayout>
#include <QPainter>
#include <array>

namespace prunescope::app {

namespace {

QPalette barPalette(const QPalette& window, bool coloured) {
    QPalette palette = window;
    const QColor plain = blend(window.color(QPalette::Window), window.color(QPalette::WindowText), 0.06);
    palette.setColor(QPalette::Window, coloured ? window.color(QPalette::Highlight) : plain);
    if (coloured)
        palette.setColor(QPalette::WindowText, window.color(QPalette::HighlightedText));
    return palette;
}

void paintSign(QPainter& painter, QRect box, int sign) {
    if (sign == 0) {
        painter.drawLine(box.topLeft(), box.bottomRight());
        painter.drawLine(box.bottomLeft(), box.topRight());
    } else if (sign == 1) {
        painter.drawRect(box);
    } else {
        painter.drawLine(box.bottomLeft(), box.bottomRight());
    }
}

} // namespace

TitleBar::TitleBar(WindowContext& context, model::ElementKind kind, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_title(new QLabel(this)), m_signs(context.random.pick(std::array{0, 1, 3})) {
    const int em = context.em();
    setAutoFillBackground(true);
    setPalette(barPalette(context.look.palette, context.random.chance(0.4)));
    setFixedHeight(em + context.random.between(em * 3 / 5, em));
    QFont font = context.look.font;
    font.setBold(context.random.chance(0.3));
    m_title->setFont(font);
    m_title->setPalette(palette()); // style sheets stop what parents hand down
    m_title->setText(context.texts.label(14));
    if (context.random.chance(0.3))
        m_title->setAlignment(Qt::AlignCenter);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(em / 2, 0, em / 2 + m_signs * 2 * em, 0);
    layout->addWidget(m_title);
}

void TitleBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    const int em = font().pixelSize(), side = em / 2;
    for (int i = 0; i < m_signs; ++i)
        paintSign(painter, {width() - (2 * i + 1) * em - side, (height() - side) / 2, side, side}, i);
}

} // namespace prunescope::app
