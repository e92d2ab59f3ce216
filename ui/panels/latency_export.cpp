#include "ui/panels/latency_export.h"

#include "core/image/image_file.h"
#include "core/records/record_export.h"
#include "ui/session/notices.h"
#include "ui/session/pixels.h"
#include "ui/style/format.h"

namespace prunescope::ui {

LatencyExport::LatencyExport(Notices& notices, QObject* parent) : QObject(parent), m_notices(notices), m_write(this) {
    connect(&m_write, &LatestJob::failed, &m_notices, &Notices::error);
}

void LatencyExport::savePicture(const QImage& picture, const QString& path) {
    m_write.start(
        [picture, path] {
            writeImage(path.toStdString(), pictureOf(picture));
            return path;
        },
        [this](const QString& written) { m_notices.info(tr("Chart written to %1").arg(written)); });
}

void LatencyExport::saveTimes(const std::vector<InteractionRecord>& records, const QString& path) {
    m_write.start(
        [records, path] {
            exportRecords(path.toStdString(), records, RecordFormat::Times);
            return static_cast<int>(records.size());
        },
        [this, path](int count) {
            m_notices.info(
                counted(count, tr("Times of %1 question written to"), tr("Times of %1 questions written to")) +
                QLatin1Char(' ') + path);
        });
}

} // namespace prunescope::ui
