#include "ui/window/model_chooser.h"

#include "model/files/hub_cache.h"
#include "ui/dialogs/download_dialog.h"
#include "ui/session/model_slot.h"
#include "ui/style/format.h"
#include "ui/window/window_settings.h"

#include <QFileDialog>
#include <QFileInfo>

namespace prunescope::ui {

ModelChooser::ModelChooser(ModelSlot& model, WindowSettings& settings, const model::LoadOptions& defaults,
                           QWidget* window)
    : QObject(window), m_model(model), m_settings(settings), m_defaults(defaults), m_window(window) {
    connect(&m_model, &ModelSlot::changed, this, &ModelChooser::remember);
    const QStringList folders = m_settings.modelFolders();
    if (!folders.isEmpty())
        m_model.setFolder(folders.front());
}

void ModelChooser::remember() {
    if (m_model.state() != ModelSlot::State::Ready)
        return;
    m_settings.setPrefersBundledModel(m_model.isBundled());
    if (!m_model.isBundled()) // that one is in the menu anyway, wherever the program moves to
        m_settings.addModelFolder(fromUtf8(m_model.model()->folder));
}

void ModelChooser::chooseFolder() {
    auto* dialog = new QFileDialog(m_window, tr("Choose the folder of a model"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    const QStringList folders = m_settings.modelFolders();
    if (!folders.isEmpty())
        dialog->setDirectory(QFileInfo(folders.front()).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelChooser::load);
    dialog->open();
}

void ModelChooser::chooseDownload() {
    if (!m_download) {
        m_download = new DownloadDialog(hubPuller(), fromUtf8(model::hubCacheFolder().string()), m_window);
        connect(m_download, &DownloadDialog::modelChosen, this, &ModelChooser::load);
    }
    m_download->show(); // beside the window, which can be used meanwhile
    m_download->raise();
    m_download->activateWindow();
}

void ModelChooser::load(const QString& folder) {
    model::LoadOptions options = m_defaults;
    options.folder = QFileInfo(folder).absoluteFilePath().toStdString(); // remembered for starts from elsewhere
    m_model.load(options);
}

} // namespace prunescope::ui
