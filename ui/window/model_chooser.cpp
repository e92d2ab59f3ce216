#include "ui/window/model_chooser.h"

#include "core/records/record_writer.h"
#include "model/files/adapter_base.h"
#include "model/files/hub_cache.h"
#include "ui/dialogs/download_dialog.h"
#include "ui/session/model_slot.h"
#include "ui/style/format.h"
#include "ui/window/window_settings.h"

#include <QFileDialog>
#include <QFileInfo>
#include <filesystem>

namespace prunescope::ui {

namespace {

/// Remembered for starts from elsewhere; no folder is left as it is.
std::string absoluteAdapter(const QString& adapter) {
    const bool isFolder = !adapter.isEmpty() && adapter != QLatin1String(model::kNoAdapter);
    return (isFolder ? QFileInfo(adapter).absoluteFilePath() : adapter).toStdString();
}

} // namespace

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
    m_settings.setAdapterOf(fromUtf8(m_model.model()->folder), fromUtf8(m_model.model()->adapterFolder));
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
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) { load(folder); });
    dialog->open();
}

void ModelChooser::chooseAdapter() {
    auto* dialog = new QFileDialog(m_window, tr("Choose the folder of an adapter"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    if (m_model.model() && !m_model.model()->adapterFolder.empty())
        dialog->setDirectory(QFileInfo(fromUtf8(m_model.model()->adapterFolder)).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelChooser::loadAdapter);
    dialog->open();
}

QStringList ModelChooser::adapters() const {
    if (!m_model.model())
        return {};
    const model::ModelInfo& info = *m_model.model();
    std::vector<std::string> places{(std::filesystem::path(defaultLogPath()).parent_path() / "models").string()};
    if (!info.adapterFolder.empty()) // other checkpoints of the same run
        places.push_back(std::filesystem::path(info.adapterFolder).parent_path().string());
    QStringList folders;
    for (const std::string& folder : model::adaptersOf(info.folder, places))
        folders << fromUtf8(folder);
    if (const QString own = fromUtf8(info.adapterFolder); !own.isEmpty() && !folders.contains(own))
        folders.prepend(own);
    return folders;
}

void ModelChooser::loadAdapter(const QString& adapter) {
    if (!m_model.model())
        return;
    const QString folder = fromUtf8(m_model.model()->folder);
    if (m_model.isLoading() && m_model.folder() != folder) // that engine may be here before its loading is cancelled
        load(folder, adapter);
    else
        m_model.setAdapter(absoluteAdapter(adapter));
}

void ModelChooser::chooseDownload() {
    if (!m_download) {
        m_download = new DownloadDialog(hubPuller(), fromUtf8(model::hubCacheFolder().string()), m_window);
        connect(m_download, &DownloadDialog::modelChosen, this, [this](const QString& folder) { load(folder); });
    }
    m_download->show(); // beside the window, which can be used meanwhile
    m_download->raise();
    m_download->activateWindow();
}

void ModelChooser::load(const QString& folder, const QString& adapter) {
    model::LoadOptions options = m_defaults;
    options.adapter = absoluteAdapter(adapter);
    options.folder = QFileInfo(folder).absoluteFilePath().toStdString(); // remembered for starts from elsewhere
    m_model.load(options);
}

} // namespace prunescope::ui
