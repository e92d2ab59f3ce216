#include "ui/workspace.h"

#include "ui/request_builder.h"
#include "ui/samples.h"
#include "ui/text.h"

#include <QFileInfo>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ranges>

namespace prunescope::ui {

Workspace::Workspace(EngineLoader loader, const QString& logPath, QObject* parent)
    : QObject(parent), m_engine(std::move(loader)), m_log(logPath), m_session(makeSessionId()) {
    connectPicture();
    connectEngine();
    connectLog();
}

void Workspace::connectPicture() {
    connect(&m_picture, &LivePicture::pictureChanged, this, &Workspace::onPictureChanged);
    connect(&m_picture, &LivePicture::pictureChanged, this, &Workspace::tellImageNotes);
    connect(&m_picture, &LivePicture::maskChanged, this, &Workspace::costsChanged);
    connect(&m_picture, &LivePicture::becameIdle, this, &Workspace::checkSettled);
    connect(&m_picture, &LivePicture::failed, this, [this](const QString& message) {
        notify({Notice::Level::Error, message, Notice::Action::None});
    });
}

void Workspace::connectEngine() {
    connect(&m_engine, &EngineWorker::loadProgress, this, [this](quint64 id, double fraction) {
        if (id == m_loadId)
            Q_EMIT loadProgress(fraction);
    });
    connect(&m_engine, &EngineWorker::loaded, this, &Workspace::onLoaded);
    connect(&m_engine, &EngineWorker::loadFailed, this, [this](quint64 id, const QString& message, bool cancelled) {
        if (id == m_loadId)
            onLoadFailed(message, cancelled);
    });
    connect(&m_engine, &EngineWorker::stageBegan, this,
            [this](quint64 id, const QString& stage) { changeTurn(id, [&](Turn& turn) { turn.stage = stage; }); });
    connect(&m_engine, &EngineWorker::textArrived, this,
            [this](quint64 id, const QString& piece) { changeTurn(id, [&](Turn& turn) { turn.text += piece; }); });
    connect(&m_engine, &EngineWorker::answered, this, &Workspace::onAnswered);
    connect(&m_engine, &EngineWorker::failed, this, &Workspace::onFailed);
}

void Workspace::connectLog() {
    connect(&m_log, &RecordLog::saveFailed, this, &Workspace::onLogFailed);
    connect(&m_log, &RecordLog::becameIdle, this, &Workspace::checkSettled);
}

void Workspace::notify(const Notice& notice) {
    Q_EMIT noticed(notice);
}

// Picture and mask ---------------------------------------------------------------------------------------------------

void Workspace::onPictureChanged() {
    m_engine.stopAnswer(); // an answer about a picture that is gone helps nobody
    m_turns.clear();
    m_shownTurn = 0;
    m_hovered = {};
    Q_EMIT turnsCleared();
    Q_EMIT shownTurnChanged();
    Q_EMIT askingChanged(false);
    Q_EMIT costsChanged();
}

void Workspace::setPlan(const PrunePlan& plan) {
    if (plan == m_plan)
        return;
    m_plan = plan;
    m_picture.setSettings(m_plan.pixelStage().settings);
    Q_EMIT planChanged();
    Q_EMIT costsChanged();
}

void Workspace::setSettings(const MethodSettings& settings) {
    PrunePlan plan = m_plan;
    plan.pixelStage().settings = settings;
    setPlan(plan);
}

void Workspace::tellImageNotes() {
    const Screenshot& shown = m_picture.screenshot();
    if (const std::string notes = toText(shown.notes); !notes.empty())
        notify({Notice::Level::Info, fromUtf8(shown.name + ": " + notes), Notice::Action::None});
}

std::optional<CostFigures> Workspace::costs() const {
    const ShownMask& shown = m_picture.mask();
    if (!shown.valid())
        return std::nullopt;
    return costFigures({m_plan.pixelStage(), shown.mask.keptCount(), shown.full.count()}, shape(), m_speed);
}

const ModelShape& Workspace::shape() const {
    return m_model && m_model->shape.textLayers > 0 ? m_model->shape : findModelShape("qwen3-vl-2b");
}

// Model --------------------------------------------------------------------------------------------------------------

void Workspace::setBundledModel(const QString& folder) {
    m_bundledModel = folder.isEmpty() ? folder : QFileInfo(folder).absoluteFilePath(); // as models are loaded
    Q_EMIT modelChanged();
}

bool Workspace::usesBundledModel() const {
    return m_model && !m_bundledModel.isEmpty() && fromUtf8(m_model->folder) == m_bundledModel;
}

bool Workspace::wantsBundledHint() const {
    if (!m_mayShowBundledHint || !usesBundledModel() || m_picture.isEmpty())
        return false;
    const Sample* sample = sampleNamed(m_picture.screenshot().name);
    return !sample || !sample->isForBundled;
}

void Workspace::setBundledHint(bool mayShow) {
    m_mayShowBundledHint = mayShow;
    Q_EMIT bundledHintChanged();
}

void Workspace::setModelFolder(const QString& folder) {
    m_modelFolder = folder;
    Q_EMIT modelChanged();
}

void Workspace::loadModel(const model::LoadOptions& options) {
    m_modelFolder = fromUtf8(options.folder);
    m_modelState = ModelState::Loading;
    m_loadId = m_engine.load(options);
    Q_EMIT modelChanged();
}

void Workspace::cancelLoad() {
    m_engine.cancelLoad();
}

void Workspace::onLoaded(quint64 id, const model::ModelInfo& info) {
    m_model = info;
    m_speed.reset();
    m_picture.setLimits(info.limits);
    if (id == m_loadId) // else another one was chosen meanwhile and is still loading
        endLoading();
    Q_EMIT costsChanged();
}

void Workspace::onLoadFailed(const QString& message, bool cancelled) {
    endLoading();
    if (cancelled)
        return;
    notify({Notice::Level::Error, message, Notice::Action::None});
    Q_EMIT modelFailed(message);
}

void Workspace::endLoading() {
    m_modelState = m_model ? ModelState::Ready : ModelState::None;
    Q_EMIT modelChanged();
    checkSettled();
}

// Conversation -------------------------------------------------------------------------------------------------------

const Turn* Workspace::turn(quint64 id) const {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    return found == m_turns.end() ? nullptr : &*found;
}

bool Workspace::isAsking() const {
    return !m_turns.empty() && m_turns.back().isRunning();
}

QString Workspace::whyNotAsk() const {
    if (m_picture.isEmpty())
        return tr("There is no picture to ask about: capture, open or paste one first.");
    if (m_modelState == ModelState::Loading) // also where one is there: the question would wait for the other one
        return tr("The model is still loading: ask again when it is ready.");
    if (!m_model)
        return tr("No model is loaded: choose a Qwen3-VL folder or download one under Models first.");
    return {};
}

bool Workspace::ask(const QString& question) {
    if (isAsking() || question.trimmed().isEmpty() || !whyNotAsk().isEmpty())
        return false;
    Turn next;
    next.question = question.trimmed();
    next.region = m_picture.region();
    next.plan = m_plan;
    next.allBlocks = m_picture.fullGrid().count();
    next.changes = m_picture.changes();
    model::Request request = requestFor(m_picture.screenshot(), m_turns, next);
    request.reuse = m_reuse;
    next.id = m_askId = m_engine.ask(std::move(request));
    m_turns.push_back(next);
    Q_EMIT turnAdded(next.id);
    Q_EMIT askingChanged(true);
    return true;
}

void Workspace::stopAnswer() {
    if (isAsking())
        m_engine.stopAnswer();
}

template <typename Change>
bool Workspace::changeTurn(quint64 id, Change change) {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    if (found == m_turns.end())
        return false;
    change(*found);
    Q_EMIT turnChanged(id);
    return true;
}

void Workspace::onAnswered(quint64 id, const model::Answer& answer) {
    if (id == m_askId)
        m_askId = 0;
    const bool there = changeTurn(id, [&](Turn& turn) {
        turn.state = Turn::State::Done;
        turn.text = fromUtf8(answer.text);
        turn.answer = answer;
    });
    if (there) {
        if (const auto speed = speedOf(answer))
            m_speed = speed;
        keepRecord(*turn(id));
        showTurn(id);
        Q_EMIT askingChanged(false);
        Q_EMIT costsChanged();
    }
    checkSettled();
}

void Workspace::keepRecord(const Turn& turn) {
    nlohmann::json answer = model::toJson(turn.answer);
    if (turn.changes)
        answer["changes"] = toJson(*turn.changes);
    m_log.append(makeRecord(m_session, turn.question.toStdString(), std::move(answer)));
}

void Workspace::onFailed(quint64 id, const QString& message) {
    if (id == m_askId)
        m_askId = 0;
    const bool there = changeTurn(id, [&](Turn& turn) {
        turn.state = Turn::State::Failed;
        turn.error = message;
    });
    if (there)
        Q_EMIT askingChanged(false);
    checkSettled();
}

const Turn* Workspace::baselineOf(const Turn& turn) const {
    for (const Turn& other : m_turns | std::views::reverse)
        if (other.isDone() && other.id != turn.id && !other.plan.prunes() && other.region == turn.region &&
            !other.wasShortened())
            return &other;
    return nullptr;
}

const Turn* Workspace::lastAnswered() const {
    for (const Turn& turn : m_turns | std::views::reverse)
        if (turn.isDone())
            return &turn;
    return nullptr;
}

// Boxes --------------------------------------------------------------------------------------------------------------

void Workspace::showTurn(quint64 id) {
    m_shownTurn = id;
    Q_EMIT shownTurnChanged();
}

void Workspace::setHovered(RegionRef region) {
    if (region == m_hovered)
        return;
    m_hovered = region;
    Q_EMIT hoveredChanged();
}

void Workspace::revealRegion(RegionRef region) {
    if (m_shownTurn != region.turn)
        showTurn(region.turn);
    Q_EMIT regionRevealed(region);
}

// Log ----------------------------------------------------------------------------------------------------------------

void Workspace::onLogFailed(const QString& message) {
    const int count = static_cast<int>(m_log.unsaved().size());
    notify({Notice::Level::Warning,
            tr("%1. %2 in memory; it is written with the next one.")
                .arg(message, counted(count, tr("%1 question is kept"), tr("%1 questions are kept"))),
            Notice::Action::RetryLog});
}

bool Workspace::isSettled() const {
    return m_picture.isIdle() && m_modelState != ModelState::Loading && m_askId == 0 && m_log.isIdle();
}

void Workspace::checkSettled() {
    if (isSettled())
        Q_EMIT settled();
}

} // namespace prunescope::ui
