#pragma once

#include "ui/cost_figures.h"
#include "ui/live_picture.h"
#include "ui/notice.h"
#include "ui/turn.h"
#include "ui/workers/engine_worker.h"
#include "ui/workers/record_log.h"

#include <QMimeData>
#include <QObject>
#include <QString>
#include <optional>
#include <vector>

namespace prunescope::ui {

/// A place in an answer: region `index` of the turn with id `turn`. A negative index is none.
struct RegionRef {
    quint64 turn = 0;
    int index = -1;
    bool operator==(const RegionRef&) const = default;
};

/// The one object that the panels talk to: picture, mask, region, model, conversation and log, with a signal for each
/// change. Nothing here blocks; results that belong to a picture that is gone are dropped. GUI thread.
class Workspace : public QObject {
    Q_OBJECT

public:
    enum class ModelState { None, Loading, Ready };

    /// `logPath` empty: the default log of the user.
    Workspace(EngineLoader loader, const QString& logPath, QObject* parent = nullptr);

    /// Picture, mask and region.
    LivePicture& picture() { return m_picture; }
    const LivePicture& picture() const { return m_picture; }
    /// What is pruned where, now and in the next question.
    const PrunePlan& plan() const { return m_plan; }
    void setPlan(const PrunePlan& plan);
    /// Of the stage that looks at pixels.
    const MethodSettings& settings() const { return m_picture.settings(); }
    void setSettings(const MethodSettings& settings);
    /// What a question would cost now. Nothing without a mask.
    std::optional<CostFigures> costs() const;
    /// The loaded model's shape, or Qwen3-VL-2B's.
    const ModelShape& shape() const;

    ModelState modelState() const { return m_modelState; }
    /// Nothing unless a model is there; it stays while another is loading.
    const std::optional<model::ModelInfo>& model() const { return m_model; }
    /// Folder of the model that is loading or was last asked for.
    const QString& modelFolder() const { return m_modelFolder; }
    /// The model that comes along; empty: none does.
    const QString& bundledModel() const { return m_bundledModel; }
    void setBundledModel(const QString& folder);
    /// Is the loaded model the one that comes along?
    bool usesBundledModel() const;
    /// Should the user be told that the bundled model does not know pictures like this one? Not once they closed that.
    bool wantsBundledHint() const;
    void setBundledHint(bool mayShow);
    bool mayShowBundledHint() const { return m_mayShowBundledHint; }
    /// Remembered from an earlier run; loads nothing.
    void setModelFolder(const QString& folder);
    void loadModel(const model::LoadOptions& options);
    void cancelLoad();

    const std::vector<Turn>& turns() const { return m_turns; }
    /// Null for an id that is not among them.
    const Turn* turn(quint64 id) const;
    bool isAsking() const;
    /// What is missing before a question can be asked, as one line that says what to do; empty when nothing is.
    QString whyNotAsk() const;
    /// False when `whyNotAsk` or while a question is being answered: nothing happens then.
    bool ask(const QString& question);
    void stopAnswer();
    /// May a question take over what the one before it has computed? True unless somebody measures.
    bool reuse() const { return m_reuse; }
    void setReuse(bool reuse) { m_reuse = reuse; }
    /// The newest answer about the same part of the picture without pruning, to compare with; null without one.
    const Turn* baselineOf(const Turn& turn) const;
    /// The newest turn that was answered; null without one.
    const Turn* lastAnswered() const;

    /// The turn whose boxes are on the picture; null for none.
    const Turn* shownTurn() const { return turn(m_shownTurn); }
    void showTurn(quint64 id);
    /// The box that is lit up, on the picture and in the text.
    RegionRef hovered() const { return m_hovered; }
    void setHovered(RegionRef region);
    /// Brings the box into view.
    void revealRegion(RegionRef region);

    RecordLog& log() { return m_log; }
    void notify(const Notice& notice);

    /// Nothing is being read, selected, loaded, answered or written.
    bool isSettled() const;

Q_SIGNALS:
    void planChanged();
    void costsChanged();
    void modelChanged(); ///< state or model
    void bundledHintChanged();
    void loadProgress(double fraction);
    void modelFailed(const QString& message);
    void modelWanted();                            ///< somebody should ask the user for a folder
    void downloadWanted();                         ///< somebody should offer models to download
    void modelFolderWanted(const QString& folder); ///< the user chose this one
    void picturePasted(const QMimeData* data);     ///< into a text field; valid during the signal
    void turnAdded(quint64 id);
    void turnChanged(quint64 id);
    void turnsCleared();
    void askingChanged(bool asking);
    void shownTurnChanged();
    void hoveredChanged();
    void regionRevealed(prunescope::ui::RegionRef region);
    void noticed(const prunescope::ui::Notice& notice);
    void settled();

private:
    void connectPicture();
    void connectEngine();
    void connectLog();
    void onPictureChanged();
    void tellImageNotes();
    void onLoaded(quint64 id, const model::ModelInfo& info);
    void onLoadFailed(const QString& message, bool cancelled);
    void onAnswered(quint64 id, const model::Answer& answer);
    void keepRecord(const Turn& turn);
    void onFailed(quint64 id, const QString& message);
    void onLogFailed(const QString& message);
    /// Changes a turn that is still there and tells; false when it is gone.
    template <typename Change>
    bool changeTurn(quint64 id, Change change);
    void endLoading();
    void checkSettled();

    LivePicture m_picture;
    PrunePlan m_plan;
    EngineWorker m_engine;
    RecordLog m_log;
    const std::string m_session;
    std::optional<model::ModelInfo> m_model;
    ModelState m_modelState = ModelState::None;
    QString m_modelFolder;
    QString m_bundledModel;
    bool m_mayShowBundledHint = true;
    quint64 m_loadId = 0;
    std::optional<MeasuredSpeed> m_speed;
    bool m_reuse = true;
    std::vector<Turn> m_turns;
    quint64 m_askId = 0; ///< of the question in the engine; it may belong to a picture that is gone
    quint64 m_shownTurn = 0;
    RegionRef m_hovered;
};

} // namespace prunescope::ui
