#include "ui/dialogs/save_dialog.h"

#include <QDir>
#include <QFileDialog>

namespace prunescope::ui {

void askWhereToSave(QWidget* parent, const QString& title, const QString& name, const std::vector<SaveKind>& kinds,
                    std::function<void(const QString& path)> chosen) {
    auto* dialog = new QFileDialog(parent, title, QDir::home().filePath(name));
    QStringList filters;
    for (const SaveKind& kind : kinds)
        filters << QStringLiteral("%1 (*.%2)").arg(kind.title, (QStringList{kind.suffix} + kind.others).join(" *."));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(kinds.front().suffix);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters, kinds](const QString& filter) {
        if (const qsizetype index = filters.indexOf(filter); index >= 0)
            dialog->setDefaultSuffix(kinds[static_cast<std::size_t>(index)].suffix);
    });
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::move(chosen));
    dialog->open();
}

} // namespace prunescope::ui
