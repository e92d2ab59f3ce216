#pragma once

#include "ui/workers/engine_worker.h"

#include <QObject>
#include <QString>
#include <optional>

namespace prunescope::ui {

/// The place of the model that answers: loaded, loading or remembered, and the one that comes along. GUI thread.
class ModelSlot : public QObject {
    Q_OBJECT

public:
    enum class State { None, Loading, Ready };

    explicit ModelSlot(EngineLoader loader, QObject* parent = nullptr);

    State state() const { return m_state; }
    bool isLoading() const { return m_state == State::Loading; }
    /// The loaded model; nothing where there is none. It stays while another is loading.
    const std::optional<model::ModelInfo>& model() const { return m_model; }
    /// The loaded model's shape; that of the first published model where there is none.
    const ModelShape& shape() const;
    /// Folder of the model that is loading or was last asked for.
    const QString& folder() const { return m_folder; }
    /// Sets the folder remembered from an earlier run; loads nothing.
    void setFolder(const QString& folder);
    /// Folder of the bundled model; empty: there is none.
    const QString& bundledFolder() const { return m_bundledFolder; }
    void setBundledFolder(const QString& folder);
    /// Whether the loaded model is the bundled one.
    bool isBundled() const;

    void load(const model::LoadOptions& options);
    /// The loaded model with the adapter in a folder, or none; it is not loaded anew. Not while another one is loading.
    void setAdapter(const std::string& folder);
    void cancelLoad();
    /// Why the model is lent out, as one line that says what to do; empty: it is not. Until it is back nothing is
    /// asked, and what is to be loaded is refused with that line.
    const QString& whyLent() const { return m_whyLent; }
    void setLent(const QString& why);
    /// Answers with the model that is here.
    EngineWorker& engine() { return m_engine; }

Q_SIGNALS:
    void changed(); ///< state, model or folders
    void progressed(double fraction);
    void loaded();
    void failed(const QString& message); ///< not when the user cancelled
    void becameIdle();                   ///< nothing is loading any more

private:
    bool refusesToLoad();
    void await(quint64 loadId);
    void onLoaded(quint64 id, const model::ModelInfo& info);
    void onFailed(quint64 id, const QString& message, bool cancelled);
    void endLoading();

    EngineWorker m_engine;
    std::optional<model::ModelInfo> m_model;
    State m_state = State::None;
    QString m_folder;
    QString m_bundledFolder;
    QString m_whyLent;
    quint64 m_loadId = 0;
};

} // namespace prunescope::ui
