#pragma once

#include "core/pruning/prune_plan.h"
#include "model/values/asked_part.h"
#include "ui/canvas/scene.h"
#include "ui/style/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <optional>

namespace prunescope::ui {

/// Settings that the window keeps from one run to the next. Values that make no sense any more read as the default.
/// GUI thread.
class WindowSettings {
public:
    /// `path` empty: `prunescope/prunescope.ini` in the user's configuration folder.
    explicit WindowSettings(const QString& path = {});
    /// Writes what is not in the file yet.
    ~WindowSettings();

    QByteArray geometry() const;
    QByteArray docks() const;
    void setPlaces(const QByteArray& geometry, const QByteArray& docks);
    PrunePlan plan() const;
    /// Sets the plan; it is written a moment after the last change: a file for each step of a slider would cost more
    /// than all else.
    void setPlan(const PrunePlan& plan);
    MaskMode maskMode() const;
    void setMaskMode(MaskMode mode);
    bool showsChanges() const;
    void setShowsChanges(bool shows);
    /// How a model is shown a region.
    model::RegionUse regionUse() const;
    void setRegionUse(model::RegionUse use);
    /// Whether a model that can thinks before it answers.
    bool thinksFirst() const;
    void setThinksFirst(bool thinks);
    ThemeMode theme() const;
    void setTheme(ThemeMode mode);

    /// Newest first, at most ten.
    QStringList recentPictures() const;
    void addRecentPicture(const QString& path);
    void removeRecentPicture(const QString& path);
    /// Folders of models that loaded, newest first, at most six.
    QStringList modelFolders() const;
    void addModelFolder(const QString& folder);
    /// Folder of the adapter that was last on a model; empty: none.
    QString adapterOf(const QString& modelFolder) const;
    void setAdapterOf(const QString& modelFolder, const QString& adapter);
    /// Whether the bundled model is the one to start with: until another one was loaded.
    bool prefersBundledModel() const;
    void setPrefersBundledModel(bool prefers);
    /// Whether the window may still say what the bundled model is for.
    bool showsBundledHint() const;
    void setShowsBundledHint(bool shows);
    /// Whether the newest model folder is loaded when the program starts.
    bool loadsModelAtStart() const;
    void setLoadsModelAtStart(bool loads);
    /// What was evaluated last, as `EvaluationSetup` writes it; empty: nothing.
    QString evaluation() const;
    void setEvaluation(const QString& setup);

private:
    void addTo(const QString& key, const QString& path, int most);
    void writePlan();

    std::unique_ptr<QSettings> m_file;
    std::optional<PrunePlan> m_unwritten;
    QTimer m_write;
};

} // namespace prunescope::ui
