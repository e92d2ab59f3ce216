#pragma once

#include "app/window_sets/window_context.h"

#include <QMainWindow>
#include <QTabWidget>

/// Bars around the content of a window: menus, tools, status, sidebar, tabs.
namespace prunescope::app {

void addMenus(WindowContext& context, QMainWindow& window);
void addTools(WindowContext& context, QMainWindow& window);
void addStatus(WindowContext& context, QMainWindow& window);
/// A list of places, `heightPx` high.
QWidget* makeSidebar(WindowContext& context, int heightPx, QWidget* parent);
/// Tabs with empty pages; the current one is for the content.
QTabWidget* makeTabs(WindowContext& context, int widthPx, QWidget* parent);

} // namespace prunescope::app
