#include "ui/window/picture_input.h"

#include "ui/session/mask_view.h"
#include "ui/session/notices.h"
#include "ui/session/open_document.h"
#include "ui/session/open_image.h"
#include "ui/session/passed_data.h"
#include "ui/session/pdf_file.h"
#include "ui/session/pixels.h"
#include "ui/session/samples.h"
#include "ui/style/format.h"
#include "ui/window/window_settings.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QMenu>
#include <QMimeData>
#include <QWidget>

namespace prunescope::ui {

PictureInput::PictureInput(const Parts& parts) : QObject(parts.window), m_parts(parts) {
    makeCapturer();
    connect(&m_parts.image, &OpenImage::changed, this, &PictureInput::remember);
}

void PictureInput::remember() {
    QString name = fromUtf8(m_parts.image.screenshot().name);
    if (const auto page = PageName::of(name))
        name = page->path;
    if (QFileInfo(name).isFile() && !name.startsWith(QLatin1Char(':')))
        m_parts.settings.addRecentPicture(QFileInfo(name).absoluteFilePath());
}

void PictureInput::chooseFile() {
    auto* dialog = new QFileDialog(m_parts.window, tr("Open a picture or a document"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Pictures and documents (*.png *.jpg *.jpeg *.webp *.gif *.avif *.heic *.heif *.bmp "
                               "*.tif *.tiff *.ppm *.pnm *.pdf)"),
                            tr("All files (*)")});
    const QStringList recent = m_parts.settings.recentPictures();
    if (!recent.isEmpty())
        dialog->setDirectory(QFileInfo(recent.front()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { openFiles({path}); });
    dialog->open();
}

void PictureInput::openFiles(const QStringList& paths) {
    if (paths.isEmpty())
        return;
    openFile(paths.front());
    for (qsizetype i = paths.size() - 1; i > 0; --i)
        m_parts.settings.addRecentPicture(QFileInfo(paths[i]).absoluteFilePath());
    if (paths.size() > 1)
        m_parts.notices.info(counted(paths.size() - 1,
                                     tr("One picture is shown at a time: the other is in the menu of Open."),
                                     tr("One picture is shown at a time: the other %1 are in the menu of Open.")));
}

void PictureInput::openFile(const QString& path) {
    if (QFileInfo(path).isFile() && PdfFile::isPdf(path))
        m_parts.document.open(path);
    else
        m_parts.image.openFile(path);
}

void PictureInput::paste() {
    take(QApplication::clipboard()->mimeData());
}

bool PictureInput::holdsPicture(const QMimeData* data) {
    return holdsAnything(data) && (data->hasImage() || !localFiles(data).isEmpty());
}

void PictureInput::take(const QMimeData* data) {
    const QImage image = holdsAnything(data) ? qvariant_cast<QImage>(data->imageData()) : QImage();
    const QStringList files = localFiles(data);
    if (!files.isEmpty())
        openFiles(files);
    else if (!image.isNull())
        m_parts.image.openPixels(image, tr("Pasted picture"));
    else
        m_parts.notices.error(
            tr("There is no picture in what was pasted or dropped: copy a picture or a picture file."));
}

void PictureInput::fillRecentMenu(QMenu& menu) {
    menu.clear();
    connect(menu.addAction(tr("Open…")), &QAction::triggered, this, &PictureInput::chooseFile);
    menu.addSection(tr("Recent"));
    const QStringList recent = m_parts.settings.recentPictures();
    for (const QString& path : recent) {
        QAction* action = menu.addAction(shortName(path));
        action->setToolTip(path);
        connect(action, &QAction::triggered, this, [this, path] {
            if (!QFileInfo::exists(path))
                m_parts.settings.removeRecentPicture(path); // opening says that it is gone
            openFiles({path});
        });
    }
    if (recent.isEmpty())
        menu.addAction(tr("No pictures yet"))->setEnabled(false);
    menu.addSection(tr("Samples"));
    fillSampleMenu(menu);
    menu.setToolTipsVisible(true);
}

void PictureInput::openSample(const Sample& sample) {
    QFile file(sample.resource);
    if (file.open(QIODevice::ReadOnly))
        m_parts.image.openBytes(file.readAll(), sample.name());
}

void PictureInput::fillSampleMenu(QMenu& menu) {
    for (const Sample& sample : samples())
        connect(menu.addAction(sample.title), &QAction::triggered, this, [this, &sample] { openSample(sample); });
}

} // namespace prunescope::ui
