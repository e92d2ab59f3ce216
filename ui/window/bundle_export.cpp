#include "ui/window/bundle_export.h"

#include "core/base/log.h"
#include "model/bundle/bundle_file.h"
#include "model/bundle/record_run.h"
#include "ui/dialogs/save_dialog.h"
#include "ui/session/request_builder.h"
#include "ui/session/session.h"
#include "ui/style/format.h"

#include <QDir>
#include <QPointer>
#include <nlohmann/json.hpp>
#include <span>

namespace prunescope::ui {

namespace {

InteractionRecord recordOf(const Turn& turn) {
    nlohmann::json answer = model::toJson(turn.answer);
    model::addTo(answer, turn.part());
    return makeRecord(makeSessionId(), turn.question.toStdString(), std::move(answer));
}

/// What a model is loaded with that answers as the one of the window does, in float32.
model::LoadOptions inFloat32(model::LoadOptions load, const model::ModelInfo& info) {
    load.folder = info.folder;
    load.adapter = info.adapterFolder.empty() ? "none" : info.adapterFolder;
    load.device = info.device;
    load.dtype = "float32";
    return load;
}

} // namespace

BundleExport::BundleExport(Session& session, EngineLoader loader, model::LoadOptions load, QWidget* window)
    : QObject(window), m_session(session), m_loader(std::move(loader)), m_load(std::move(load)), m_window(window) {
    connect(&m_session.modelSlot().engine(), &EngineWorker::workEnded, this, &BundleExport::onEnded);
}

BundleExport::~BundleExport() {
    if (m_workId != 0)
        m_session.modelSlot().engine().stopWork();
}

const Turn* BundleExport::turn() const {
    const Turn* last = m_session.conversation().lastAnswered();
    const auto& model = m_session.modelSlot().model();
    const bool isOfThisPicture = last && last->picture == m_session.image().id();
    return isOfThisPicture && !last->wasStopped() && model && model->name == last->answer.model ? last : nullptr;
}

bool BundleExport::isPossible() const {
    const ModelSlot& slot = m_session.modelSlot();
    return m_workId == 0 && turn() && !m_session.conversation().isAsking() && !slot.isLoading() &&
           slot.whyLent().isEmpty();
}

EngineWork BundleExport::workOf(const Turn& turn, const QString& path) const {
    const std::vector<Turn>& turns = m_session.conversation().turns();
    const auto before = static_cast<std::size_t>(&turn - turns.data());
    return [request = requestFor(m_session.image().screenshot(), std::span(turns).first(before), turn),
            part = turn.part(), answer = turn.answer, record = recordOf(turn), load = m_load, loader = m_loader,
            to = path.toStdString()](model::Engine& engine, std::stop_token stop) {
        const model::ModelInfo& info = engine.info();
        model::Bundle bundle = model::makeBundle(
            request, part, record, {model::identityOf(info.folder, info.adapterFolder), load.weights, info.limits});
        const auto loadFloat32 = [&] {
            return loader(
                inFloat32(load, info), [](double) {}, stop);
        };
        bundle.float32 = model::float32Run(request, answer, loadFloat32, stop);
        if (!bundle.float32.whyMissing.empty())
            log::warning(to + ": without float32 tokens: " + bundle.float32.whyMissing);
        model::writeBundle(to, bundle);
    };
}

void BundleExport::save(const QString& path) {
    if (!isPossible())
        return;
    m_path = path;
    ModelSlot& slot = m_session.modelSlot();
    slot.setLent(tr("The answer is being run again for a bundle: wait until that is saved."));
    m_workId = slot.engine().lend(workOf(*turn(), path));
}

void BundleExport::onEnded(quint64 id, const QString& problem) {
    if (id != m_workId)
        return;
    m_workId = 0;
    m_session.modelSlot().setLent({});
    if (!problem.isEmpty())
        return m_session.notices().error(problem);
    m_session.notices().info(tr("Saved to %1").arg(m_path));
    Q_EMIT saved(m_path);
}

void BundleExport::chooseFile() {
    askWhereToSave(m_window, tr("Save a bundle"), QDir::home().filePath(QStringLiteral("prunescope-bundle.zip")),
                   {SaveKind{tr("Bundles"), QStringLiteral("zip")}}, [self = QPointer(this)](const QString& path) {
                       if (self)
                           self->save(path);
                   });
}

} // namespace prunescope::ui
