#pragma once

#include "model/values/load_options.h"
#include "ui/workers/engine_worker.h"

#include <QObject>
#include <QString>

class QWidget;

namespace prunescope::ui {

class Session;
struct Turn;

/// The last answer about the open picture as a bundle that can be run again (model/bundle/bundle.md). Where it was not
/// made in float32, or took over what was computed for another, a second engine answers once more; the one of the
/// window is lent out meanwhile. What goes wrong is a notice. GUI thread.
class BundleExport : public QObject {
    Q_OBJECT

public:
    /// `load`: as the window loads its models. `session` and `window`, the parent of dialogs, outlive this.
    BundleExport(Session& session, EngineLoader loader, model::LoadOptions load, QWidget* window);
    /// Stops what is being run.
    ~BundleExport() override;

    /// Whether there is an answer of the model that is here, and nothing else goes on.
    bool isPossible() const;
    void save(const QString& path);
    /// Asks where to save it.
    void chooseFile();

Q_SIGNALS:
    void saved(const QString& path);

private:
    /// The answer that would be saved; null without one.
    const Turn* turn() const;
    EngineWork workOf(const Turn& turn, const QString& path) const;
    void onEnded(quint64 id, const QString& problem);

    Session& m_session;
    EngineLoader m_loader;
    model::LoadOptions m_load;
    QWidget* m_window;
    quint64 m_workId = 0; ///< 0: nothing is being written
    QString m_path;
};

} // namespace prunescope::ui
