#include "ui/session/model_slot.h"

#include "model/families/families.h"
#include "ui/style/format.h"

#include <QFileInfo>

namespace prunescope::ui {

ModelSlot::ModelSlot(EngineLoader loader, QObject* parent) : QObject(parent), m_engine(std::move(loader)) {
    connect(&m_engine, &EngineWorker::loadProgress, this, [this](quint64 id, double fraction) {
        if (id == m_loadId)
            Q_EMIT progressed(fraction);
    });
    connect(&m_engine, &EngineWorker::loaded, this, &ModelSlot::onLoaded);
    connect(&m_engine, &EngineWorker::loadFailed, this, &ModelSlot::onFailed);
}

const ModelShape& ModelSlot::shape() const {
    return m_model && m_model->shape.languageLayers > 0 ? m_model->shape : model::modelShapes().front();
}

void ModelSlot::setFolder(const QString& folder) {
    m_folder = folder;
    Q_EMIT changed();
}

void ModelSlot::setBundledFolder(const QString& folder) {
    m_bundledFolder = folder.isEmpty() ? folder : QFileInfo(folder).absoluteFilePath(); // as models are loaded
    Q_EMIT changed();
}

bool ModelSlot::isBundled() const {
    return m_model && !m_bundledFolder.isEmpty() && fromUtf8(m_model->folder) == m_bundledFolder;
}

void ModelSlot::setLent(const QString& why) {
    if (why == m_whyLent)
        return;
    m_whyLent = why;
    Q_EMIT changed();
    if (why.isEmpty())
        Q_EMIT becameIdle();
}

bool ModelSlot::refusesToLoad() {
    if (!m_whyLent.isEmpty())
        Q_EMIT failed(m_whyLent);
    return !m_whyLent.isEmpty();
}

void ModelSlot::load(const model::LoadOptions& options) {
    if (refusesToLoad())
        return;
    m_folder = fromUtf8(options.folder);
    await(m_engine.load(options));
}

void ModelSlot::setAdapter(const std::string& folder) {
    if (!m_model || refusesToLoad())
        return;
    m_folder = fromUtf8(m_model->folder);
    await(m_engine.setAdapter(folder));
}

void ModelSlot::await(quint64 loadId) {
    m_state = State::Loading;
    m_loadId = loadId;
    Q_EMIT changed();
}

void ModelSlot::cancelLoad() {
    m_engine.cancelLoad();
}

void ModelSlot::onLoaded(quint64 id, const model::ModelInfo& info) {
    m_model = info;
    Q_EMIT loaded();
    if (id == m_loadId) // else another one was chosen meanwhile and is still loading
        endLoading();
}

void ModelSlot::onFailed(quint64 id, const QString& message, bool cancelled) {
    if (id != m_loadId)
        return;
    if (!cancelled)
        Q_EMIT failed(message);
    endLoading();
}

void ModelSlot::endLoading() {
    m_state = m_model ? State::Ready : State::None;
    Q_EMIT changed();
    Q_EMIT becameIdle();
}

} // namespace prunescope::ui
