#include "ui/picture_input.h"

#include "ui/capture/screen_grabber.h"
#include "ui/passed_data.h"
#include "ui/pixels.h"
#include "ui/samples.h"
#include "ui/text.h"
#include "ui/window_settings.h"
#include "ui/workspace.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QImage>
#include <QMenu>
#include <QMimeData>
#include <QTimer>
#include <QWidget>

namespace prunescope::ui {

namespace {

constexpr int kHideMs = 300; ///< until the compositor has repainted what was behind the window

} // namespace

PictureInput::PictureInput(Workspace& workspace, WindowSettings& settings, QWidget* window)
    : QObject(window), m_workspace(workspace), m_settings(settings), m_window(window) {
    connect(&m_workspace.picture(), &LivePicture::pictureChanged, this, [this] {
        const QString name = fromUtf8(m_workspace.picture().screenshot().name);
        if (QFileInfo(name).isFile() && !name.startsWith(QLatin1Char(':')))
            m_settings.addRecentPicture(QFileInfo(name).absoluteFilePath());
    });
    connect(&m_workspace, &Workspace::picturePasted, this, [this](const QMimeData* data) { take(data); });
}

void PictureInput::complain(const QString& message) {
    m_workspace.notify({Notice::Level::Error, message, Notice::Action::None});
}

void PictureInput::chooseFile() {
    auto* dialog = new QFileDialog(m_window, tr("Open a picture"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters(
        {tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.avif *.bmp *.tif *.tiff *.ppm *.pnm)"), tr("All files (*)")});
    const QStringList recent = m_settings.recentPictures();
    if (!recent.isEmpty())
        dialog->setDirectory(QFileInfo(recent.front()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { openFiles({path}); });
    dialog->open();
}

void PictureInput::openFiles(const QStringList& paths) {
    if (paths.isEmpty())
        return;
    m_workspace.picture().openFile(paths.front());
    for (qsizetype i = paths.size() - 1; i > 0; --i)
        m_settings.addRecentPicture(QFileInfo(paths[i]).absoluteFilePath());
    if (paths.size() > 1)
        m_workspace.notify(
            {Notice::Level::Info,
             counted(paths.size() - 1, tr("One picture is shown at a time: the other is in the menu of Open."),
                     tr("One picture is shown at a time: the other %1 are in the menu of Open.")),
             Notice::Action::None});
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
        m_workspace.picture().openImage(image, tr("Pasted picture"));
    else
        complain(tr("There is no picture in what was pasted or dropped: copy a picture or a picture file."));
}

void PictureInput::capture(const QString& sourceId) {
    const QString problem = usableGrabber()->unavailable();
    if (!problem.isEmpty()) {
        complain(problem);
        return;
    }
    m_stateBefore = m_window->windowState();
    m_window->hide();
    QTimer::singleShot(kHideMs, this, [this, sourceId] { grab(sourceId); });
}

void PictureInput::grab(const QString& sourceId) {
    const auto grabber = usableGrabber();
    const auto sources = grabber->sources();
    if (sources.empty()) {
        showAgain();
        complain(tr("There is no screen to capture."));
        return;
    }
    grabber->grab(
        sourceId.isEmpty() ? sources.front().id : sourceId,
        [this](const QImage& image, const QString& name) {
            showAgain();
            m_workspace.picture().openImage(withoutAlpha(image), name);
        },
        [this](const QString& message) {
            showAgain();
            complain(message);
        });
}

void PictureInput::showAgain() {
    m_window->setWindowState(m_stateBefore);
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

void PictureInput::fillRecentMenu(QMenu& menu) {
    menu.clear();
    connect(menu.addAction(tr("Open…")), &QAction::triggered, this, &PictureInput::chooseFile);
    menu.addSection(tr("Recent"));
    const QStringList recent = m_settings.recentPictures();
    for (const QString& path : recent) {
        QAction* action = menu.addAction(shortName(path));
        action->setToolTip(path);
        connect(action, &QAction::triggered, this, [this, path] {
            if (!QFileInfo::exists(path))
                m_settings.removeRecentPicture(path); // opening says that it is gone
            openFiles({path});
        });
    }
    if (recent.isEmpty())
        menu.addAction(tr("No pictures yet"))->setEnabled(false);
    menu.addSection(tr("Samples"));
    fillSampleMenu(menu, m_workspace);
    menu.setToolTipsVisible(true);
}

void PictureInput::openSample(Workspace& workspace, const Sample& sample) {
    QFile file(sample.resource);
    if (file.open(QIODevice::ReadOnly))
        workspace.picture().openBytes(file.readAll(), sample.name());
}

void PictureInput::fillSampleMenu(QMenu& menu, Workspace& workspace) {
    for (const Sample& sample : samples())
        QObject::connect(menu.addAction(sample.title), &QAction::triggered, &workspace,
                         [&workspace, &sample] { openSample(workspace, sample); });
}

void PictureInput::fillCaptureMenu(QMenu& menu) {
    menu.clear();
    const auto grabber = usableGrabber();
    if (!grabber->unavailable().isEmpty()) {
        menu.addAction(tr("Not available here"))->setEnabled(false);
        return;
    }
    for (const GrabSource& source : grabber->sources())
        connect(menu.addAction(source.title), &QAction::triggered, this, [this, id = source.id] { capture(id); });
}

} // namespace prunescope::ui
