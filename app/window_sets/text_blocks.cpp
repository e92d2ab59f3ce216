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

QString sentences(Kit& kit, int count, int widthEm, const QString& between) {
    QStringList all;
    for (int i = 0; i < count; ++i)
        if (const QString sentence = kit.texts.sentence(widthEm); !sentence.isEmpty())
            all.push_back(sentence);
    return all.join(between);
}

void makeQuiet(Kit& kit, QLabel& label) {
    QPalette palette = kit.look.palette;
    palette.setColor(QPalette::WindowText,
                     blend(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.75));
    label.setPalette(palette);
}

} // namespace

QWidget* makeText(Kit& kit, QSize room, QWidget* parent) {
    const int rows = std::min(kit.dice.between(1, 4), room.height() / (2 * kit.em()));
    const int width = std::min(room.width(), kit.em() * 24), widthEm = kit.toEm(width) * 4 / 5;
    if (rows < 1 || widthEm < 5)
        return nullptr;
    const bool wraps = rows > 1 && kit.dice.chance(0.4);
    auto* label = new QLabel(sentences(kit, rows, widthEm, wraps ? ". " : "\n"), parent);
    if (kit.dice.chance(0.4))
        makeQuiet(kit, *label);
    if (wraps) {
        label->setWordWrap(true);
        label->setFixedSize(width, label->heightForWidth(width));
    }
    return label;
}

QWidget* makeHeading(Kit& kit, QSize room, QWidget* parent) {
    if (room.height() < 6 * kit.em())
        return nullptr;
    auto* block = new QWidget(parent);
    auto* layout = new QVBoxLayout(block);
    layout->setSpacing(kit.em() / 4);
    auto* label = new QLabel(kit.texts.label(kit.toEm(room.width()) * 2 / 3), block);
    QFont font = kit.look.font;
    font.setPixelSize(kit.em() * kit.dice.between(100, 150) / 100);
    font.setBold(kit.dice.chance(0.6));
    label->setFont(font);
    layout->addWidget(label);
    if (kit.dice.chance(0.4)) {
        auto* rule = new QFrame(block);
        rule->setFrameShape(QFrame::HLine);
        rule->setFrameShadow(kit.dice.chance(0.5) ? QFrame::Sunken : QFrame::Plain);
        layout->addWidget(rule);
    }
    return block;
}

QWidget* makeNotes(Kit& kit, QSize room, QWidget* parent) {
    const int width = std::min(room.width(), kit.em() * kit.dice.between(12, 26));
    const int lines = std::min(kit.dice.between(2, 5), room.height() / (2 * kit.em()));
    if (lines < 2 || width < 8 * kit.em())
        return nullptr;
    auto* notes = new QPlainTextEdit(sentences(kit, lines - 1, kit.toEm(width) * 2 / 3, "\n"), parent);
    notes->setFixedSize(width, lines * kit.em() * 3 / 2 + kit.em());
    return notes;
}

QWidget* makeGauge(Kit& kit, QSize room, QWidget* parent) {
    const int width = std::min(room.width(), kit.em() * kit.dice.between(7, 20));
    if (kit.dice.chance(0.5)) {
        auto* slider = new QSlider(Qt::Horizontal, parent);
        slider->setValue(kit.dice.below(100));
        slider->setFixedWidth(width);
        return slider;
    }
    auto* bar = new QProgressBar(parent);
    bar->setValue(kit.dice.between(5, 95));
    bar->setTextVisible(kit.dice.chance(0.4));
    bar->setFixedWidth(width);
    return bar;
}

} // namespace prunescope::app
