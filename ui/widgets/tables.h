#pragma once

#include <QString>

class QAbstractItemModel;
class QTableView;
class QWidget;

namespace prunescope::ui {

/// A table of rows that are chosen one at a time, in the look of the window.
QTableView* makeTable(QAbstractItemModel* model, const QString& name, QWidget* parent);

} // namespace prunescope::ui
