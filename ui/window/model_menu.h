#pragma once

#include <QMenu>

namespace prunescope::ui {

class ModelChooser;
class ModelSlot;
class WindowSettings;

/// The models to choose from: a folder, one from the hub, the bundled one, the last ones, adapters of the one that is
/// loaded, and whether the last one is loaded at the start. GUI thread.
class ModelMenu : public QMenu {
    Q_OBJECT

public:
    /// All of them outlive the menu.
    ModelMenu(const ModelSlot& model, ModelChooser& chooser, WindowSettings& settings, QWidget* parent = nullptr);

Q_SIGNALS:
    void followChosen();   ///< of the chart of a training run
    void trainingChosen(); ///< of a new one

private:
    void fill();
    void addFolder(const QString& folder, const QString& title);
    void addAdapters();
    void addAdapter(const QString& folder, const QString& title, bool isChosen);

    const ModelSlot& m_model;
    ModelChooser& m_chooser;
    WindowSettings& m_settings;
    QMenu* m_adapters;
};

} // namespace prunescope::ui
