#pragma once

#include "model/values/load_options.h"

#include <QObject>

class QWidget;

namespace prunescope::ui {

class DownloadDialog;
class ModelSlot;
class WindowSettings;

/// Every way a model comes in: a folder, one from the hub, one of earlier runs. Remembers what was loaded. GUI thread.
class ModelChooser : public QObject {
    Q_OBJECT

public:
    /// `defaults`: device, type and threads of every model that is loaded from here. `window` is the parent of dialogs.
    /// All of them outlive this.
    ModelChooser(ModelSlot& model, WindowSettings& settings, const model::LoadOptions& defaults, QWidget* window);

    void chooseFolder();
    /// Shows the dialog; there is one at a time.
    void chooseDownload();
    /// A model, with an adapter on it: a folder, "none", or what is empty for the one in its folder.
    void load(const QString& folder, const QString& adapter = {});
    /// The loaded model with another adapter, or "none". It is not loaded anew.
    void loadAdapter(const QString& adapter);
    void chooseAdapter();
    /// Folders of adapters that the loaded model can have.
    QStringList adapters() const;

private:
    void remember();

    ModelSlot& m_model;
    WindowSettings& m_settings;
    const model::LoadOptions m_defaults;
    QWidget* m_window;
    DownloadDialog* m_download = nullptr; ///< made when it is first wanted
};

} // namespace prunescope::ui
