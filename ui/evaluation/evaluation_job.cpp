#include "ui/evaluation/evaluation_job.h"

#include "model/eval/eval_setting.h"

#include <QDir>
#include <QFileInfo>
#include <QMetaObject>
#include <mutex>
#include <utility>

namespace prunescope::ui {

/// What the run has to tell, from its thread to ours. It is told once however much there is: a run that goes on may
/// take over thousands of records at once.
class EvaluationJob::Mailbox {
public:
    struct Content {
        std::optional<nlohmann::ordered_json> setting;
        std::vector<SharedRecord> records;
        std::vector<model::SkippedRow> skipped;
        std::optional<model::EvalProgress> progress;
        bool interrupted = false;
    };

    explicit Mailbox(EvaluationJob* receiver) : m_receiver(receiver) {}

    /// Changes what is to be told.
    template <typename Change>
    void add(Change change) {
        const std::lock_guard lock(m_mutex);
        change(m_content);
        if (m_receiver && !std::exchange(m_told, true))
            QMetaObject::invokeMethod(m_receiver, &EvaluationJob::deliver, Qt::QueuedConnection);
    }
    Content take() {
        const std::lock_guard lock(m_mutex);
        m_told = false;
        return std::exchange(m_content, {});
    }
    /// Nobody listens any more.
    void close() {
        const std::lock_guard lock(m_mutex);
        m_receiver = nullptr;
    }

private:
    std::mutex m_mutex;
    EvaluationJob* m_receiver;
    Content m_content;
    bool m_told = false;
};

namespace {

/// As `prunescope eval` has it, which goes on with the same files.
nlohmann::ordered_json settingOf(const model::ModelInfo& model, const EvaluationTask& task) {
    return model::evalSetting(model, task.data.toStdString(), *task.set, {}, task.options);
}

} // namespace

EvaluationJob::EvaluationJob(EngineWorker& engine, QObject* parent) : QObject(parent), m_engine(engine) {
    connect(&m_engine, &EngineWorker::workEnded, this, &EvaluationJob::end);
}

EvaluationJob::~EvaluationJob() {
    if (m_mail)
        m_mail->close();
    if (isRunning())
        m_engine.stopWork();
}

void EvaluationJob::start(const EvaluationTask& task) {
    if (isRunning())
        return;
    QDir().mkpath(QFileInfo(task.records).absolutePath());
    m_mail = std::make_shared<Mailbox>(this);
    m_workId = m_engine.lend([task, mail = m_mail](model::Engine& engine, std::stop_token stop) {
        const nlohmann::ordered_json setting = settingOf(engine.info(), task);
        model::EvalLog log(task.records.toStdString(), {setting});
        mail->add([&](Mailbox::Content& content) { content.setting = setting; });
        model::EvalOptions options = task.options;
        options.onRecord = [&](const model::EvalRecord& record) {
            auto shared = std::make_shared<const model::EvalRecord>(record);
            mail->add([&](Mailbox::Content& content) { content.records.push_back(std::move(shared)); });
        };
        options.onSkipped = [&](const model::SkippedRow& row) {
            mail->add([&](Mailbox::Content& content) { content.skipped.push_back(row); });
        };
        const auto onProgress = [&](const model::EvalProgress& progress) {
            mail->add([&](Mailbox::Content& content) { content.progress = progress; });
        };
        const bool interrupted = model::runEval(engine, *task.set, options, &log, onProgress, stop).interrupted;
        mail->add([&](Mailbox::Content& content) { content.interrupted = interrupted; });
    });
}

void EvaluationJob::stop() {
    if (!isRunning() || m_stopping)
        return;
    m_stopping = true;
    m_engine.stopWork();
}

void EvaluationJob::deliver() {
    if (!m_mail)
        return;
    const Mailbox::Content content = m_mail->take();
    if (content.setting)
        Q_EMIT settled(*content.setting);
    if (!content.records.empty())
        Q_EMIT recorded(content.records);
    if (!content.skipped.empty())
        Q_EMIT leftOut(content.skipped);
    if (content.progress)
        Q_EMIT progressed(*content.progress);
    m_interrupted |= content.interrupted;
}

void EvaluationJob::end(quint64 id, const QString& problem) {
    if (id != m_workId)
        return;
    deliver();
    m_mail->close();
    m_mail.reset();
    m_workId = 0;
    m_stopping = false;
    Q_EMIT ended(std::exchange(m_interrupted, false) || !problem.isEmpty(), problem);
}

} // namespace prunescope::ui
