#pragma once

#include "model/api/engine.h"
#include "model/values/load_options.h"

#include <QObject>
#include <QThread>
#include <functional>
#include <memory>
#include <stop_token>

namespace prunescope::ui {

/// Function by which the window gets an engine: the program passes the real loader, tests a fake. Called on the
/// worker's thread; throws Error.
using EngineLoader = std::function<std::unique_ptr<model::Engine>(const model::LoadOptions&, const model::LoadProgress&,
                                                                  std::stop_token)>;

/// Work of many questions with an engine, on the worker's thread; throws Error. It ends soon after a stop is requested.
using EngineWork = std::function<void(model::Engine&, std::stop_token)>;

/// The engine in a thread of its own. Calls return at once with an id; what comes back carries that id. They are
/// carried out one after the other: a question that is asked while an engine loads waits, and is answered by that
/// engine, or by the one that was there before if loading fails.
class EngineWorker : public QObject {
    Q_OBJECT

public:
    explicit EngineWorker(EngineLoader loader, QObject* parent = nullptr);
    /// Stops loading and answering, and waits for both.
    ~EngineWorker() override;

    quint64 load(const model::LoadOptions& options);
    /// Puts the adapter in a folder onto the engine that is here by then, or none (`Engine::setAdapter`); tells of it
    /// as of loading.
    quint64 setAdapter(const std::string& folder);
    void cancelLoad();
    quint64 ask(const model::Request& request);
    /// Makes the view of the prompt of a request, which is not answered.
    quint64 showPrompt(const model::Request& request);
    /// Counts the tokens of the text of a request (`Engine::textTokens`).
    quint64 countText(const model::Request& request);
    /// Stops the question that is being answered: the answer ends within one token, with what there is.
    void stopAnswer();
    /// Lends the engine out until `work` is done.
    quint64 lend(EngineWork work);
    /// Asks the work for which it was lent out last to end.
    void stopWork();

Q_SIGNALS:
    void loadProgress(quint64 id, double fraction);
    void loaded(quint64 id, const prunescope::model::ModelInfo& info);
    /// `cancelled`: because the user wished it, which is no error to show.
    void loadFailed(quint64 id, const QString& message, bool cancelled);
    void stageBegan(quint64 id, const QString& stage);
    void thoughtArrived(quint64 id, const QString& piece);
    void textArrived(quint64 id, const QString& piece);
    /// All of both so far, in place of what came before.
    void rewritten(quint64 id, const QString& thought, const QString& text);
    void answered(quint64 id, const prunescope::model::Answer& answer);
    void failed(quint64 id, const QString& message);
    void promptShown(quint64 id, const prunescope::model::PromptView& view);
    void promptFailed(quint64 id, const QString& message);
    void textCounted(quint64 id, int tokens);
    void textCountFailed(quint64 id, const QString& message);
    /// `message`: what went wrong; empty where nothing did.
    void workEnded(quint64 id, const QString& message);

private:
    /// Makes m_engine what is wanted.
    using LoadWork = std::function<void(const model::LoadProgress&, std::stop_token)>;

    quint64 queueLoad(LoadWork work);
    void runLoad(quint64 id, const LoadWork& work, std::stop_token stop);
    void runAsk(quint64 id, const model::Request& request, std::stop_token stop);
    void runShowPrompt(quint64 id, const model::Request& request);
    void runCountText(quint64 id, const model::Request& request);
    void runWork(quint64 id, const EngineWork& work, std::stop_token stop);
    /// The engine that is here. Throws Error(Usage) without one.
    model::Engine& engine() const;

    EngineLoader m_loader;
    QThread m_thread;
    QObject* m_inThread;                     ///< lives in m_thread: work is queued to it, and dies with it
    std::unique_ptr<model::Engine> m_engine; ///< touched by m_thread only
    std::stop_source m_loadStop;
    std::stop_source m_askStop;
    std::stop_source m_workStop;
    quint64 m_lastId = 0;
};

} // namespace prunescope::ui
