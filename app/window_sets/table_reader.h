#pragma once

#include "app/window_sets/element_collector.h"

#include <QTableWidget>

namespace prunescope::app {

/// Heads and cells. A cell says of which row and column it is where both names can be seen.
void readTable(ElementCollector& elements, const QTableWidget& table);

} // namespace prunescope::app
