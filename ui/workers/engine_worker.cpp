#include "ui/workers/engine_worker.h"

#include "core/base/error.h"
#include "ui/style/format.h"

#include <QMetaObject>

namespace prunescope::ui {

EngineWorker::EngineWorker(EngineLoader loader, QObject* parent)
    : QObject(parent), m_loader(std::move(loader)), m_inThread(new QObject) {
    m_thread.setObjectName(QStringLiteral("engine"));
    m_inThread->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_inThread, [this] { m_engine.reset(); });
    connect(&m_thread, &QThread::finished, m_inThread, &QObject::deleteLater);
    m_thread.start();
}

EngineWorker::~EngineWorker() {
    m_loadStop.request_stop();
    m_askStop.request_stop();
    m_workStop.request_stop();
    m_thread.quit();
    m_thread.wait();
}

quint64 EngineWorker::load(const model::LoadOptions& options) {
    return queueLoad([this, options](const model::LoadProgress& progress, std::stop_token stop) {
        auto engine = m_loader(options, progress, std::move(stop));
        check(engine != nullptr, "the loader returns an engine or throws");
        m_engine = std::move(engine);
    });
}

quint64 EngineWorker::setAdapter(const std::string& folder) {
    return queueLoad([this, folder](const model::LoadProgress& progress, std::stop_token stop) {
        engine().setAdapter(folder, progress, std::move(stop));
    });
}

quint64 EngineWorker::queueLoad(LoadWork work) {
    cancelLoad();
    m_loadStop = std::stop_source();
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(
        m_inThread, [this, id, work = std::move(work), stop = m_loadStop.get_token()] { runLoad(id, work, stop); });
    return id;
}

void EngineWorker::cancelLoad() {
    m_loadStop.request_stop();
}

quint64 EngineWorker::ask(const model::Request& request) {
    m_askStop = std::stop_source();
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(m_inThread,
                              [this, id, request, stop = m_askStop.get_token()] { runAsk(id, request, stop); });
    return id;
}

quint64 EngineWorker::showPrompt(const model::Request& request) {
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(m_inThread, [this, id, request] { runShowPrompt(id, request); });
    return id;
}

quint64 EngineWorker::countText(const model::Request& request) {
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(m_inThread, [this, id, request] { runCountText(id, request); });
    return id;
}

void EngineWorker::stopAnswer() {
    m_askStop.request_stop();
}

quint64 EngineWorker::lend(EngineWork work) {
    m_workStop = std::stop_source();
    const quint64 id = ++m_lastId;
    QMetaObject::invokeMethod(
        m_inThread, [this, id, work = std::move(work), stop = m_workStop.get_token()] { runWork(id, work, stop); });
    return id;
}

void EngineWorker::stopWork() {
    m_workStop.request_stop();
}

void EngineWorker::runLoad(quint64 id, const LoadWork& work, std::stop_token stop) {
    int shownPercent = -1; // a signal per percent is plenty; the loader reports per tensor
    const auto onProgress = [&](double fraction) {
        const int percent = static_cast<int>(fraction * 100);
        if (percent == shownPercent)
            return;
        shownPercent = percent;
        Q_EMIT loadProgress(id, fraction);
    };
    try {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "loading was cancelled");
        work(onProgress, stop);
        Q_EMIT loaded(id, m_engine->info());
    } catch (const Error& e) {
        Q_EMIT loadFailed(id, errorText(e), e.kind() == ErrorKind::Cancelled);
    } catch (const std::exception& e) {
        Q_EMIT loadFailed(id, errorText(e), false);
    }
}

void EngineWorker::runAsk(quint64 id, const model::Request& request, std::stop_token stop) {
    model::AnswerEvents events;
    events.onText = [&](std::string_view piece) { Q_EMIT textArrived(id, fromUtf8(piece)); };
    events.onThought = [&](std::string_view piece) { Q_EMIT thoughtArrived(id, fromUtf8(piece)); };
    events.onRewritten = [&](const model::WrittenText& text) {
        Q_EMIT rewritten(id, fromUtf8(text.thought), fromUtf8(text.answer));
    };
    events.onStage = [&](std::string_view stage) { Q_EMIT stageBegan(id, fromUtf8(stage)); };
    try {
        Q_EMIT answered(id, engine().answer(request, events, stop));
    } catch (const std::exception& e) {
        Q_EMIT failed(id, errorText(e));
    }
}

void EngineWorker::runShowPrompt(quint64 id, const model::Request& request) {
    try {
        Q_EMIT promptShown(id, engine().showPrompt(request));
    } catch (const std::exception& e) {
        Q_EMIT promptFailed(id, errorText(e));
    }
}

void EngineWorker::runCountText(quint64 id, const model::Request& request) {
    try {
        Q_EMIT textCounted(id, engine().textTokens(request));
    } catch (const std::exception& e) {
        Q_EMIT textCountFailed(id, errorText(e));
    }
}

void EngineWorker::runWork(quint64 id, const EngineWork& work, std::stop_token stop) {
    QString problem;
    try {
        work(engine(), std::move(stop));
    } catch (const std::exception& e) {
        problem = errorText(e);
    }
    Q_EMIT workEnded(id, problem);
}

model::Engine& EngineWorker::engine() const {
    if (!m_engine)
        throw Error(ErrorKind::Usage, "no model is loaded");
    return *m_engine;
}

} // namespace prunescope::ui
