#include "app/window_sets/window_maker.h"

#include "app/window_sets/bars.h"
#include "app/window_sets/blocks.h"
#include "app/window_sets/content.h"
#include "app/window_sets/dialog_pane.h"
#include "app/window_sets/ground.h"
#include "app/window_sets/title_bar.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QVBoxLayout>

namespace prunescope::app {

namespace {

std::unique_ptr<QWidget> makeFrame(Kit& kit) {
    auto frame = std::make_unique<QWidget>();
    frame->setAttribute(Qt::WA_DontShowOnScreen);
    frame->setFixedSize(kit.look.windowSize());
    frame->setStyleSheet(kit.look.sheet);
    auto* layout = new QVBoxLayout(frame.get());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (kit.dice.chance(0.85))
        layout->addWidget(new TitleBar(kit, model::ElementKind::WindowTitle, frame.get()));
    return frame;
}

bool isWide(const Kit& kit, int widthEm) {
    return kit.toEm(kit.look.windowSize().width()) >= widthEm;
}

bool isHigh(const Kit& kit, int heightEm) {
    return kit.toEm(kit.look.windowSize().height()) >= heightEm;
}

void addBars(Kit& kit, QMainWindow& window) {
    if (kit.dice.chance(0.6) && isHigh(kit, 12))
        addMenus(kit, window);
    if (kit.dice.chance(0.4) && isHigh(kit, 16))
        addTools(kit, window);
    if (kit.dice.chance(0.35) && isHigh(kit, 14))
        addStatus(kit, window);
}

/// Gives the widget that the content goes into.
QWidget* addCentre(Kit& kit, QMainWindow& window) {
    const QSize size = kit.look.windowSize();
    auto* centre = new QWidget(&window);
    auto* layout = new QHBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (kit.dice.chance(0.4) && isWide(kit, 28))
        layout->addWidget(makeSidebar(kit, size.height() - 7 * kit.em(), centre));
    QWidget* host = centre;
    if (kit.dice.chance(0.35) && isHigh(kit, 14)) {
        QTabWidget* tabs = makeTabs(kit, size.width() - (layout->isEmpty() ? 0 : 13 * kit.em()), centre);
        layout->addWidget(tabs, 1);
        host = tabs->currentWidget();
    } else {
        host = new QWidget(centre);
        layout->addWidget(host, 1);
    }
    window.setCentralWidget(centre);
    return host;
}

QWidget* addMainWindow(Kit& kit, QWidget& frame) {
    auto* window = new QMainWindow(&frame);
    window->setWindowFlags(Qt::Widget); // it makes itself a window of its own
    frame.layout()->addWidget(window);
    addBars(kit, *window);
    return addCentre(kit, *window);
}

/// Content above a row of buttons.
QWidget* addDialogBody(Kit& kit, QWidget& frame) {
    auto* host = new QWidget(&frame);
    auto* bottom = new QWidget(&frame);
    auto* layout = new QVBoxLayout(bottom);
    layout->setContentsMargins(kit.em(), 0, kit.em(), kit.em() * 2 / 3);
    QWidget* buttons = makeButtons(kit, kit.look.windowSize(), bottom);
    settle(buttons);
    layout->addWidget(buttons);
    auto* column = static_cast<QVBoxLayout*>(frame.layout());
    column->addWidget(host, 1);
    column->addWidget(bottom);
    return host;
}

/// Style, sizes and visibility of what was added.
void layOut() {
    QApplication::sendPostedEvents();
    QApplication::sendPostedEvents(); // what the first ones asked for
}

} // namespace

std::unique_ptr<QWidget> makeWindow(Kit& kit) {
    std::unique_ptr<QWidget> frame = makeFrame(kit);
    QWidget* host = kit.dice.chance(0.15) ? addDialogBody(kit, *frame) : addMainWindow(kit, *frame);
    frame->show();
    layOut();
    fillContent(kit, host);
    layOut();
    if (kit.dice.chance(0.16)) {
        addDialog(kit, *frame);
        layOut();
    }
    return frame;
}

} // namespace prunescope::app
