#include "ui/window/picture_input.h"

#include "ui/session/notices.h"
#include "ui/session/open_image.h"
#include "ui/session/passed_data.h"
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
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace prunescope::ui {

namespace {

constexpr int kHideMs = 300; ///< until the compositor has repainted what was behind the window

} // namespace

PictureInput::PictureInput(const Parts& parts) : QObject(parts.window), m_parts(parts) {
    connect(&m_parts.image, &OpenImage::changed, this, &PictureInput::remember);
}

void PictureInput::remember() {
    const QString name = fromUtf8(m_parts.image.screenshot().name);
    if (QFileInfo(name).isFile() && !name.startsWith(QLatin1Char(':')))
        m_parts.settings.addRecentPicture(QFileInfo(name).absoluteFilePath());
}

void PictureInput::chooseFile() {
    auto* dialog = new QFileDialog(m_parts.window, tr("Open a picture"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.avif *.bmp *.tif *.tiff *.ppm *.pnm)"), tr("All files (*)")});
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
    m_parts.image.openFile(paths.front());
    for (qsizetype i = paths.size() - 1; i > 0; --i)
        m_parts.settings.addRecentPicture(QFileInfo(paths[i]).absoluteFilePath());
    if (paths.size() > 1)
        m_parts.notices.info(counted(paths.size() - 1,
                                     tr("One picture is shown at a time: the other is in the menu of Open."),
                                     tr("One picture is shown at a time: the other %1 are in the menu of Open.")));
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

void PictureInput::capture(const QString& sourceId) {
    if (m_grabber)
        return;
    auto grabber = m_parts.makeGrabber();
    if (const QString problem = grabber->unavailable(); !problem.isEmpty()) {
        m_parts.notices.error(problem);
        return;
    }
    m_grabber = std::move(grabber);
    m_stateBefore = m_parts.window->windowState();
    m_parts.window->hide();
    QTimer::singleShot(kHideMs, this, [this, sourceId] { grab(sourceId); });
}

void PictureInput::grab(const QString& sourceId) {
    const auto sources = m_grabber->sources();
    if (sources.empty()) {
        endCapture();
        m_parts.notices.error(tr("There is no screen to capture."));
        return;
    }
    // The answer may come when this is gone.
    m_grabber->grab(
        sourceId.isEmpty() ? sources.front().id : sourceId,
        [self = QPointer(this)](const QImage& image, const QString& name) {
            if (!self || !self->m_grabber)
                return;
            self->endCapture();
            self->m_parts.image.openPixels(withoutAlpha(image), name);
        },
        [self = QPointer(this)](const QString& message) {
            if (!self || !self->m_grabber)
                return;
            self->endCapture();
            self->m_parts.notices.error(message);
        });
}

void PictureInput::endCapture() {
    // The grabber calls this: it goes when it has returned.
    QMetaObject::invokeMethod(
        this, [done = std::shared_ptr(std::move(m_grabber))] {}, Qt::QueuedConnection);
    showAgain();
}

void PictureInput::showAgain() {
    m_parts.window->setWindowState(m_stateBefore);
    m_parts.window->show();
    m_parts.window->raise();
    m_parts.window->activateWindow();
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

void PictureInput::fillCaptureMenu(QMenu& menu) {
    menu.clear();
    const auto grabber = m_parts.makeGrabber();
    if (!grabber->unavailable().isEmpty()) {
        menu.addAction(tr("Not available here"))->setEnabled(false);
        return;
    }
    for (const GrabSource& source : grabber->sources())
        connect(menu.addAction(source.title), &QAction::triggered, this, [this, id = source.id] { capture(id); });
}

} // namespace prunescope::ui
