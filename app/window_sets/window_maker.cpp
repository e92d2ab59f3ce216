#include "app/window_sets/window_maker.h"

#include "app/window_sets/bars.h"
#include "app/window_sets/blocks.h"
#include "app/window_sets/container.h"
#include "app/window_sets/content.h"
#include "app/window_sets/dialog_pane.h"
#include "app/window_sets/title_bar.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QVBoxLayout>

namespace prunescope::app {

namespace {

std::unique_ptr<QWidget> makeFrame(WindowContext& context) {
    auto frame = std::make_unique<QWidget>();
    frame->setAttribute(Qt::WA_DontShowOnScreen);
    frame->setFixedSize(context.look.windowSize());
    frame->setStyleSheet(context.look.sheet);
    auto* layout = new QVBoxLayout(frame.get());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (context.random.chance(0.85))
        layout->addWidget(new TitleBar(context, model::ElementKind::WindowTitle, frame.get()));
    return frame;
}

bool isWide(const WindowContext& context, int widthEm) {
    return context.toEm(context.look.windowSize().width()) >= widthEm;
}

bool isHigh(const WindowContext& context, int heightEm) {
    return context.toEm(context.look.windowSize().height()) >= heightEm;
}

void addBars(WindowContext& context, QMainWindow& window) {
    if (context.random.chance(0.6) && isHigh(context, 12))
        addMenus(context, window);
    if (context.random.chance(0.4) && isHigh(context, 16))
        addTools(context, window);
    if (context.random.chance(0.35) && isHigh(context, 14))
        addStatus(context, window);
}

/// Gives the widget that the content goes into.
QWidget* addCentre(WindowContext& context, QMainWindow& window) {
    const QSize size = context.look.windowSize();
    auto* centre = new QWidget(&window);
    auto* layout = new QHBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (context.random.chance(0.4) && isWide(context, 28))
        layout->addWidget(makeSidebar(context, size.height() - 7 * context.em(), centre));
    QWidget* host = centre;
    if (context.random.chance(0.35) && isHigh(context, 14)) {
        QTabWidget* tabs = makeTabs(context, size.width() - (layout->isEmpty() ? 0 : 13 * context.em()), centre);
        layout->addWidget(tabs, 1);
        host = tabs->currentWidget();
    } else {
        host = new QWidget(centre);
        layout->addWidget(host, 1);
    }
    window.setCentralWidget(centre);
    return host;
}

QWidget* addMainWindow(WindowContext& context, QWidget& frame) {
    auto* window = new QMainWindow(&frame);
    window->setWindowFlags(Qt::Widget); // it makes itself a window of its own
    frame.layout()->addWidget(window);
    addBars(context, *window);
    return addCentre(context, *window);
}

/// Content above a row of buttons.
QWidget* addDialogBody(WindowContext& context, QWidget& frame) {
    auto* host = new QWidget(&frame);
    auto* bottom = new QWidget(&frame);
    auto* layout = new QVBoxLayout(bottom);
    layout->setContentsMargins(context.em(), 0, context.em(), context.em() * 2 / 3);
    QWidget* buttons = makeButtons(context, context.look.windowSize(), bottom);
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

std::unique_ptr<QWidget> makeWindow(WindowContext& context) {
    std::unique_ptr<QWidget> frame = makeFrame(context);
    QWidget* host = context.random.chance(0.15) ? addDialogBody(context, *frame) : addMainWindow(context, *frame);
    frame->show();
    layOut();
    fillContent(context, host);
    layOut();
    if (context.random.chance(0.16)) {
        addDialog(context, *frame);
        layOut();
    }
    return frame;
}

} // namespace prunescope::app
