#pragma once

#include "app/window_sets/kit.h"

#include <QMainWindow>
#include <QTabWidget>

/// What stands around the content of a window.
namespace prunescope::app {

void addMenus(Kit& kit, QMainWindow& window);
void addTools(Kit& kit, QMainWindow& window);
void addStatus(Kit& kit, QMainWindow& window);
/// A list of places, `heightPx` high.
QWidget* makeSidebar(Kit& kit, int heightPx, QWidget* parent);
/// Tabs with empty pages; the current one is for the content.
QTabWidget* makeTabs(Kit& kit, int widthPx, QWidget* parent);

} // namespace prunescope::app
