#include "app/window_sets/bars.h"

#include "app/window_sets/standard_icon.h"

#include <QListWidget>
#include <QMenuBar>
#include <QStatusBar>
#include <QToolBar>
#include <algorithm>
#include <array>

namespace prunescope::app {

void addMenus(Kit& kit, QMainWindow& window) {
    QMenuBar* bar = window.menuBar();
    bar->setNativeMenuBar(false);
    for (int i = kit.dice.between(3, 7); i > 0; --i) {
        const QString text = kit.texts.label(6);
        if (text.isEmpty())
            return;
        QAction* menu = bar->addMenu(text)->menuAction();
        if (bar->sizeHint().width() > kit.look.windowSize().width()) {
            bar->removeAction(menu);
            return;
        }
    }
}

void addTools(Kit& kit, QMainWindow& window) {
    static constexpr std::array kStyles{Qt::ToolButtonTextBesideIcon, Qt::ToolButtonTextOnly,
                                        Qt::ToolButtonTextUnderIcon};
    QToolBar* bar = window.addToolBar(QString());
    bar->setMovable(kit.dice.chance(0.5));
    bar->setToolButtonStyle(kit.dice.pick(kStyles));
    const int icon = kit.em() * kit.dice.between(100, 150) / 100;
    bar->setIconSize({icon, icon});
    for (int i = kit.dice.between(2, 6); i > 0; --i) {
        const QIcon picture = drawStandardIcon(kit);
        const QString text = kit.texts.label(8);
        if (text.isEmpty())
            return;
        QAction* action = bar->addAction(picture, text);
        if (bar->sizeHint().width() > kit.look.windowSize().width()) {
            delete action;
            return;
        }
        if (kit.dice.chance(0.2))
            bar->addSeparator();
    }
}

void addStatus(Kit& kit, QMainWindow& window) {
    QStatusBar* bar = window.statusBar();
    bar->setSizeGripEnabled(kit.dice.chance(0.5));
    bar->showMessage(kit.texts.label(12));
}

QWidget* makeSidebar(Kit& kit, int heightPx, QWidget* parent) {
    auto* list = new QListWidget(parent);
    const int row = kit.em() + kit.dice.between(kit.em() / 2, kit.em());
    list->setFixedWidth(kit.em() * kit.dice.between(9, 13));
    if (kit.dice.chance(0.5))
        list->setFrameShape(QFrame::NoFrame);
    const int most = std::max(1, (heightPx - kit.em()) / row);
    for (int i = std::min(most, kit.dice.between(3, 10)); i > 0; --i)
        if (const QString text = kit.texts.label(7); !text.isEmpty()) {
            auto* item = new QListWidgetItem(text, list);
            item->setSizeHint({0, row});
        }
    if (kit.dice.chance(0.7))
        list->setCurrentRow(kit.dice.below(std::max(1, list->count())));
    return list;
}

QTabWidget* makeTabs(Kit& kit, int widthPx, QWidget* parent) {
    auto* tabs = new QTabWidget(parent);
    tabs->setDocumentMode(kit.dice.chance(0.4));
    for (int i = kit.dice.between(2, 5); i > 0; --i) {
        const int index = tabs->addTab(new QWidget(tabs), kit.texts.label(7));
        if (index > 0 && (tabs->tabText(index).isEmpty() || tabs->tabBar()->sizeHint().width() > widthPx)) {
            QWidget* page = tabs->widget(index);
            tabs->removeTab(index);
            delete page;
            break;
        }
    }
    tabs->setCurrentIndex(kit.dice.below(tabs->count()));
    return tabs;
}

} // namespace prunescope::app
