#pragma once

#include "model/eval/eval_run.h"
#include "ui/workers/engine_worker.h"

#include <QObject>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

namespace prunescope::ui {

using SharedRecord = std::shared_ptr<const model::EvalRecord>;

/// What an evaluation is made of.
struct EvaluationTask {
    QString data; ///< as the set was asked for
    std::shared_ptr<const model::QuestionSet> set;
    model::EvalOptions options;
    QString records; ///< file, which an earlier run may have begun
};

/// An evaluation in the engine's thread: asks every question of a set under every plan, and keeps each answer in a file
/// of records before the next question is asked. Signals come in bursts of what has happened since the last one. GUI
/// thread.
class EvaluationJob : public QObject {
    Q_OBJECT

public:
    /// `engine` outlives this.
    explicit EvaluationJob(EngineWorker& engine, QObject* parent = nullptr);
    /// Asks the run to end; what it has written stays.
    ~EvaluationJob() override;

    /// Starts, or goes on where the file of records ends. Not while one is running.
    void start(const EvaluationTask& task);
    /// Ends the run within a token; the answer that is being written is asked again when it goes on.
    void stop();
    bool isRunning() const { return m_workId != 0; }
    bool isStopping() const { return m_stopping; }

Q_SIGNALS:
    /// The settings that stand in the file of records, before all else.
    void settled(const nlohmann::ordered_json& setting);
    void recorded(const std::vector<prunescope::ui::SharedRecord>& records);
    void leftOut(const std::vector<prunescope::model::SkippedRow>& rows);
    void progressed(const prunescope::model::EvalProgress& progress);
    /// The last signal of a run. `problem`: what ended it; empty: it came to its end, or was stopped.
    void ended(bool interrupted, const QString& problem);

private:
    class Mailbox;
    void deliver();
    void end(quint64 id, const QString& problem);

    EngineWorker& m_engine;
    std::shared_ptr<Mailbox> m_mail; ///< of the run
    quint64 m_workId = 0;            ///< 0: none
    bool m_stopping = false;
    bool m_interrupted = false;
};

} // namespace prunescope::ui
