#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

class QWidget;

namespace prunescope::ui {

/// A kind of file that can be written.
struct SaveKind {
    QString title; ///< "CSV table"
    QString suffix;
    QStringList others = {}; ///< suffixes that such a file may have as well
};

/// Asks where to write a file, at first `name`, in the user's home folder where it is no path; the first kind unless
/// another is chosen. `chosen` gets the path. Does not wait for the answer. GUI thread.
void askWhereToSave(QWidget* parent, const QString& title, const QString& name, const std::vector<SaveKind>& kinds,
                    std::function<void(const QString& path)> chosen);

} // namespace prunescope::ui
