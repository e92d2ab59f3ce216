// Lines, paragraphs and headings, and what has no text at all.
#include "app/window_sets/blocks.h"
#include "app/window_sets/window_palette.h"

#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QSlider>
#include <QVBoxLayout>
#include <algorithm>

namespace prunescope::app {

namespace {

QString sentences(WindowContext& context, int count, int widthEm, const QString& between) {
    QStringList all;
    for (int i = 0; i < count; ++i)
        if (const QString sentence = context.texts.sentence(widthEm); !sentence.isEmpty())
            all.push_back(sentence);
    return all.join(between);
}

void makeQuiet(WindowContext& context, QLabel& label) {
    QPalette palette = context.look.palette;
    palette.setColor(QPalette::WindowText,
                     blend(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.75));
    label.setPalette(palette);
}

} // namespace

QWidget* makeText(WindowContext& context, QSize room, QWidget* parent) {
    const int rows = std::min(context.random.between(1, 4), room.height() / (2 * context.em()));
    const int width = std::min(room.width(), context.em() * 24), widthEm = context.toEm(width) * 4 / 5;
    if (rows < 1 || widthEm < 5)
        return nullptr;
    const bool wraps = rows > 1 && context.random.chance(0.4);
    auto* label = new QLabel(sentences(context, rows, widthEm, wraps ? ". " : "\n"), parent);
    if (context.random.chance(0.4))
        makeQuiet(context, *label);
    if (wraps) {
        label->setWordWrap(true);
        label->setFixedSize(width, label->heightForWidth(width));
    }
    return label;
}

QWidget* makeHeading(WindowContext& context, QSize room, QWidget* parent) {
    if (room.height() < 6 * context.em())
        return nullptr;
    auto* block = new QWidget(parent);
    auto* layout = new QVBoxLayout(block);
    layout->setSpacing(context.em() / 4);
    auto* label = new QLabel(context.texts.label(context.toEm(room.width()) * 2 / 3), block);
    QFont font = context.look.font;
    font.setPixelSize(context.em() * context.random.between(100, 150) / 100);
    font.setBold(context.random.chance(0.6));
    label->setFont(font);
    layout->addWidget(label);
    if (context.random.chance(0.4)) {
        auto* rule = new QFrame(block);
        rule->setFrameShape(QFrame::HLine);
        rule->setFrameShadow(context.random.chance(0.5) ? QFrame::Sunken : QFrame::Plain);
        layout->addWidget(rule);
    }
    return block;
}

QWidget* makeNotes(WindowContext& context, QSize room, QWidget* parent) {
    const int width = std::min(room.width(), context.em() * context.random.between(12, 26));
    const int lines = std::min(context.random.between(2, 5), room.height() / (2 * context.em()));
    if (lines < 2 || width < 8 * context.em())
        return nullptr;
    auto* notes = new QPlainTextEdit(sentences(context, lines - 1, context.toEm(width) * 2 / 3, "\n"), parent);
    notes->setFixedSize(width, lines * context.em() * 3 / 2 + context.em());
    return notes;
}

QWidget* makeGauge(WindowContext& context, QSize room, QWidget* parent) {
    const int width = std::min(room.width(), context.em() * context.random.between(7, 20));
    if (context.random.chance(0.5)) {
        auto* slider = new QSlider(Qt::Horizontal, parent);
        slider->setValue(context.random.below(100));
        slider->setFixedWidth(width);
        return slider;
    }
    auto* bar = new QProgressBar(parent);
    bar->setValue(context.random.between(5, 95));
    bar->setTextVisible(context.random.chance(0.4));
    bar->setFixedWidth(width);
    return bar;
}

} // namespace prunescope::app
