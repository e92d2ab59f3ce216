#include "ui/window/model_menu.h"

#include "model/files/adapter_base.h"
#include "ui/session/model_slot.h"
#include "ui/style/format.h"
#include "ui/window/model_chooser.h"
#include "ui/window/window_settings.h"

namespace prunescope::ui {

ModelMenu::ModelMenu(const ModelSlot& model, ModelChooser& chooser, WindowSettings& settings, QWidget* parent)
    : QMenu(parent), m_model(model), m_chooser(chooser), m_settings(settings),
      m_adapters(new QMenu(tr("Adapter"), this)) {
    setToolTipsVisible(true);
    m_adapters->setObjectName(QStringLiteral("adapters"));
    m_adapters->setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &ModelMenu::fill);
}

void ModelMenu::addFolder(const QString& folder, const QString& title) {
    QAction* action = addAction(title);
    action->setToolTip(folder);
    action->setCheckable(true);
    action->setChecked(m_model.model() && fromUtf8(m_model.model()->folder) == folder);
    connect(action, &QAction::triggered, &m_chooser, [this, folder] { m_chooser.load(folder); });
}

void ModelMenu::addAdapter(const QString& folder, const QString& title, bool isChosen) {
    QAction* action = m_adapters->addAction(title);
    action->setToolTip(folder);
    action->setCheckable(true);
    action->setChecked(isChosen);
    connect(action, &QAction::triggered, &m_chooser, [this, folder] { m_chooser.loadAdapter(folder); });
}

void ModelMenu::addAdapters() {
    m_adapters->clear();
    m_adapters->setEnabled(m_model.model().has_value());
    addMenu(m_adapters);
    if (!m_model.model())
        return;
    const model::ModelInfo& info = *m_model.model();
    addAdapter(fromUtf8(model::kNoAdapter), tr("None"), info.adapterFolder.empty());
    for (const QString& folder : m_chooser.adapters())
        addAdapter(folder, fromUtf8(model::adapterName({info.folder, folder.toStdString()})),
                   fromUtf8(info.adapterFolder) == folder);
    m_adapters->addSeparator();
    connect(m_adapters->addAction(tr("Choose folder…")), &QAction::triggered, &m_chooser, &ModelChooser::chooseAdapter);
}

void ModelMenu::fill() {
    clear();
    connect(addAction(tr("Load model folder…")), &QAction::triggered, &m_chooser, &ModelChooser::chooseFolder);
    connect(addAction(tr("Download a model…")), &QAction::triggered, &m_chooser, &ModelChooser::chooseDownload);
    addSeparator();
    if (const QString bundled = m_model.bundledFolder(); !bundled.isEmpty())
        addFolder(bundled, tr("%1 (bundled)").arg(shortName(bundled)));
    for (const QString& folder : m_settings.modelFolders())
        addFolder(folder, shortName(folder));
    addSeparator();
    addAdapters();
    addSeparator();
    connect(addAction(tr("Follow a training run…")), &QAction::triggered, this, &ModelMenu::followChosen);
    connect(addAction(tr("Start training…")), &QAction::triggered, this, &ModelMenu::trainingChosen);
    addSeparator();
    QAction* atStart = addAction(tr("Load the last model at start"));
    atStart->setCheckable(true);
    atStart->setChecked(m_settings.loadsModelAtStart());
    connect(atStart, &QAction::toggled, this, [this](bool on) { m_settings.setLoadsModelAtStart(on); });
}

} // namespace prunescope::ui
