#pragma once

#include "model/values/load_options.h"

#include <QMenu>

namespace prunescope::ui {

class DownloadDialog;
class WindowSettings;
class Workspace;

/// Choosing and loading a model: a folder, one from the hub, one of the last ones, and whether the last one is loaded
/// at the start. GUI thread.
class ModelMenu : public QMenu {
    Q_OBJECT

public:
    /// `defaults`: device, type and threads of every model that is loaded from here.
    ModelMenu(Workspace& workspace, WindowSettings& settings, const model::LoadOptions& defaults,
              QWidget* parent = nullptr);

    void chooseFolder();
    /// Shows the dialog; there is one at a time.
    void chooseDownload();
    void load(const QString& folder);

Q_SIGNALS:
    void followWanted();   ///< the chart of a training run
    void trainingWanted(); ///< a new one

private:
    void fill();
    void addFolder(const QString& folder, const QString& title);
    void remember();

    Workspace& m_workspace;
    WindowSettings& m_settings;
    model::LoadOptions m_defaults;
    DownloadDialog* m_download = nullptr; ///< made when it is first wanted
};

} // namespace prunescope::ui
