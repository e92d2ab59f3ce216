#include "app/window_sets/bars.h"

#include "app/window_sets/standard_icon.h"

#include <QListWidget>
#include <QMenuBar>
#include <QStatusBar>
#include <QToolBar>
#include <algorithm>
#include <array>

namespace prunescope::app {

void addMenus(WindowContext& context, QMainWindow& window) {
    QMenuBar* bar = window.menuBar();
    bar->setNativeMenuBar(false);
    for (int i = context.random.between(3, 7); i > 0; --i) {
        const QString text = context.texts.label(6);
        if (text.isEmpty())
            return;
        QAction* menu = bar->addMenu(text)->menuAction();
        if (bar->sizeHint().width() > context.look.windowSize().width()) {
            bar->removeAction(menu);
            return;
        }
    }
}

void addTools(WindowContext& context, QMainWindow& window) {
    static constexpr std::array kStyles{Qt::ToolButtonTextBesideIcon, Qt::ToolButtonTextOnly,
                                        Qt::ToolButtonTextUnderIcon};
    QToolBar* bar = window.addToolBar(QString());
    bar->setMovable(context.random.chance(0.5));
    bar->setToolButtonStyle(context.random.pick(kStyles));
    const int icon = context.em() * context.random.between(100, 150) / 100;
    bar->setIconSize({icon, icon});
    for (int i = context.random.between(2, 6); i > 0; --i) {
        const QIcon picture = drawStandardIcon(context);
        const QString text = context.texts.label(8);
        if (text.isEmpty())
            return;
        QAction* action = bar->addAction(picture, text);
        if (bar->sizeHint().width() > context.look.windowSize().width()) {
            delete action;
            return;
        }
        if (context.random.chance(0.2))
            bar->addSeparator();
    }
}

void addStatus(WindowContext& context, QMainWindow& window) {
    QStatusBar* bar = window.statusBar();
    bar->setSizeGripEnabled(context.random.chance(0.5));
    bar->showMessage(context.texts.label(12));
}

QWidget* makeSidebar(WindowContext& context, int heightPx, QWidget* parent) {
    auto* list = new QListWidget(parent);
    const int row = context.em() + context.random.between(context.em() / 2, context.em());
    list->setFixedWidth(context.em() * context.random.between(9, 13));
    if (context.random.chance(0.5))
        list->setFrameShape(QFrame::NoFrame);
    const int most = std::max(1, (heightPx - context.em()) / row);
    for (int i = std::min(most, context.random.between(3, 10)); i > 0; --i)
        if (const QString text = context.texts.label(7); !text.isEmpty()) {
            auto* item = new QListWidgetItem(text, list);
            item->setSizeHint({0, row});
        }
    if (context.random.chance(0.7))
        list->setCurrentRow(context.random.below(std::max(1, list->count())));
    return list;
}

QTabWidget* makeTabs(WindowContext& context, int widthPx, QWidget* parent) {
    auto* tabs = new QTabWidget(parent);
    tabs->setDocumentMode(context.random.chance(0.4));
    for (int i = context.random.between(2, 5); i > 0; --i) {
        const int index = tabs->addTab(new QWidget(tabs), context.texts.label(7));
        if (index > 0 && (tabs->tabText(index).isEmpty() || tabs->tabBar()->sizeHint().width() > widthPx)) {
            QWidget* page = tabs->widget(index);
            tabs->removeTab(index);
            delete page;
            break;
        }
    }
    tabs->setCurrentIndex(context.random.below(tabs->count()));
    return tabs;
}

} // namespace prunescope::app
