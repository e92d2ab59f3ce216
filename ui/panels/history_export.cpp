#include "ui/panels/history_export.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>

namespace prunescope::ui {

void chooseExportFile(QWidget* parent, const QString& title,
                      std::function<void(const QString& path, RecordFormat format)> chosen) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("history", text); };
    auto* dialog = new QFileDialog(parent, title, QDir::home().filePath("prunescope-history.jsonl"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("JSON lines (*.jsonl)"), tr("CSV table (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String("csv")) ? QStringLiteral("csv")
                                                                       : QStringLiteral("jsonl"));
    });
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [chosen](const QString& path) {
        const bool csv = path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
        chosen(path, csv ? RecordFormat::Csv : RecordFormat::JsonLines);
    });
    dialog->open();
}

} // namespace prunescope::ui
