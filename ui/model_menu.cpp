#include "ui/model_menu.h"

#include "model/files/hub_cache.h"
#include "ui/download_dialog.h"
#include "ui/text.h"
#include "ui/window_settings.h"
#include "ui/workspace.h"

#include <QFileDialog>
#include <QFileInfo>

namespace prunescope::ui {

ModelMenu::ModelMenu(Workspace& workspace, WindowSettings& settings, const model::LoadOptions& defaults,
                     QWidget* parent)
    : QMenu(parent), m_workspace(workspace), m_settings(settings), m_defaults(defaults) {
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &ModelMenu::fill);
    connect(&m_workspace, &Workspace::modelWanted, this, &ModelMenu::chooseFolder);
    connect(&m_workspace, &Workspace::modelFolderWanted, this, &ModelMenu::load);
    connect(&m_workspace, &Workspace::downloadWanted, this, &ModelMenu::chooseDownload);
    connect(&m_workspace, &Workspace::modelChanged, this, &ModelMenu::remember);
    const QStringList folders = m_settings.modelFolders();
    if (!folders.isEmpty())
        m_workspace.setModelFolder(folders.front());
}

void ModelMenu::remember() {
    if (m_workspace.modelState() != Workspace::ModelState::Ready)
        return;
    m_settings.setPrefersBundledModel(m_workspace.usesBundledModel());
    if (!m_workspace.usesBundledModel()) // that one is in the menu anyway, wherever the program moves to
        m_settings.addModelFolder(fromUtf8(m_workspace.model()->folder));
}

void ModelMenu::addFolder(const QString& folder, const QString& title) {
    QAction* action = addAction(title);
    action->setToolTip(folder);
    action->setCheckable(true);
    action->setChecked(m_workspace.model() && fromUtf8(m_workspace.model()->folder) == folder);
    connect(action, &QAction::triggered, this, [this, folder] { load(folder); });
}

void ModelMenu::fill() {
    clear();
    connect(addAction(tr("Load model folder…")), &QAction::triggered, this, &ModelMenu::chooseFolder);
    connect(addAction(tr("Download a model…")), &QAction::triggered, this, &ModelMenu::chooseDownload);
    addSeparator();
    if (const QString bundled = m_workspace.bundledModel(); !bundled.isEmpty())
        addFolder(bundled, tr("%1 (bundled)").arg(shortName(bundled)));
    for (const QString& folder : m_settings.modelFolders())
        addFolder(folder, shortName(folder));
    addSeparator();
    connect(addAction(tr("Follow a training run…")), &QAction::triggered, this, &ModelMenu::followWanted);
    connect(addAction(tr("Start training…")), &QAction::triggered, this, &ModelMenu::trainingWanted);
    addSeparator();
    QAction* atStart = addAction(tr("Load the last model at start"));
    atStart->setCheckable(true);
    atStart->setChecked(m_settings.loadsModelAtStart());
    connect(atStart, &QAction::toggled, this, [this](bool on) { m_settings.setLoadsModelAtStart(on); });
}

void ModelMenu::chooseFolder() {
    auto* dialog = new QFileDialog(window(), tr("Choose the folder of a Qwen3-VL model"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    const QStringList folders = m_settings.modelFolders();
    if (!folders.isEmpty())
        dialog->setDirectory(QFileInfo(folders.front()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelMenu::load);
    dialog->open();
}

void ModelMenu::chooseDownload() {
    if (!m_download) {
        m_download = new DownloadDialog(hubPuller(), fromUtf8(model::hubCacheFolder().string()), parentWidget());
        connect(m_download, &DownloadDialog::modelChosen, this, &ModelMenu::load);
    }
    m_download->show(); // beside the window, which can be used meanwhile
    m_download->raise();
    m_download->activateWindow();
}

void ModelMenu::load(const QString& folder) {
    model::LoadOptions options = m_defaults;
    options.folder = QFileInfo(folder).absoluteFilePath().toStdString(); // remembered for starts from elsewhere
    m_workspace.loadModel(options);
}

} // namespace prunescope::ui
