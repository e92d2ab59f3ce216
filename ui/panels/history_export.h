#pragma once

#include "core/records/record_export.h"

#include <QString>
#include <functional>

class QWidget;

namespace prunescope::ui {

/// Asks for a file and a format to export questions to; `chosen` when somebody has chosen them.
void chooseExportFile(QWidget* parent, const QString& title,
                      std::function<void(const QString& path, RecordFormat format)> chosen);

} // namespace prunescope::ui
