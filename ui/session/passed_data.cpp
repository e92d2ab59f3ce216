#include "ui/session/passed_data.h"

#include <QMimeData>
#include <QUrl>

namespace prunescope::ui {

bool holdsAnything(const QMimeData* data) {
    return data && !data->formats().isEmpty();
}

bool holdsOnlyPicture(const QMimeData* data) {
    return holdsAnything(data) && data->hasImage() && !data->hasText();
}

QStringList localFiles(const QMimeData* data) {
    QStringList paths;
    if (!holdsAnything(data))
        return paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace prunescope::ui
