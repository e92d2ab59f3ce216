#include "ui/session/turn_storage.h"

#include "core/base/error.h"
#include "model/values/stored_answer.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <nlohmann/json.hpp>

namespace prunescope::ui {

namespace {

using nlohmann::json;

QString tr(const char* text) {
    return QCoreApplication::translate("TurnStorage", text);
}

StoredTurn::State stateOf(const Turn& turn) {
    if (turn.wasStopped())
        return StoredTurn::State::Stopped;
    switch (turn.state) {
    case Turn::State::Running:
        return StoredTurn::State::Running;
    case Turn::State::Done:
        return StoredTurn::State::Done;
    case Turn::State::Failed:
        return StoredTurn::State::Failed;
    case Turn::State::Stopped:
        break;
    }
    return StoredTurn::State::Stopped;
}

json contentOf(const Turn& turn) {
    json content{{"size", {turn.size.width, turn.size.height}},
                 {"scale", turn.scale},
                 {"all_blocks", turn.allBlocks},
                 {"times_ms", json::object()}};
    for (const auto& [stage, ms] : turn.pictureTimes.entries())
        content["times_ms"][stage] = ms;
    model::addTo(content, turn.part());
    if (!turn.letter.isEmpty())
        content["letter"] = turn.letter.toStdString();
    if (turn.thinking)
        content["thinking"] = *turn.thinking;
    if (!turn.thought.isEmpty()) {
        content["thought"] = turn.thought.toStdString();
        content["thought_ms"] = turn.thoughtMs;
    }
    if (turn.isDone())
        content["answer"] = model::toStoredJson(turn.answer);
    if (turn.closer)
        content["closer"] = model::toStoredJson(*turn.closer);
    return content;
}

void readContent(const json& content, Turn& turn) {
    turn.size = {content.at("size").at(0).get<int>(), content.at("size").at(1).get<int>()};
    turn.scale = content.value("scale", 1.0);
    turn.allBlocks = content.at("all_blocks").get<int>();
    for (const auto& [stage, ms] : content.at("times_ms").items())
        turn.pictureTimes.set(stage, ms.get<double>());
    const model::AskedPart part = model::askedPartOf(content);
    turn.region = part.region;
    turn.regionUse = part.use;
    turn.redacted = part.redacted;
    turn.letter = fromUtf8(content.value("letter", ""));
    if (content.contains("thinking"))
        turn.thinking = content.at("thinking").get<bool>();
    turn.thought = fromUtf8(content.value("thought", ""));
    turn.thoughtMs = content.value("thought_ms", 0.0);
    if (content.contains("answer"))
        turn.answer = model::answerFromJson(content.at("answer"));
    if (content.contains("closer"))
        turn.closer = model::answerFromJson(content.at("closer"));
}

void setState(const StoredTurn& stored, bool hasAnswer, Turn& turn) {
    turn.error = stored.error;
    if (hasAnswer) {
        turn.state = Turn::State::Done;
    } else if (stored.state == StoredTurn::State::Failed) {
        turn.state = Turn::State::Failed;
    } else {
        turn.state = Turn::State::Stopped;
        if (turn.error.isEmpty())
            turn.error = tr("There is no answer: it was interrupted, or another window still waits for it.");
    }
}

} // namespace

StoredTurn storedTurn(const Turn& turn) {
    StoredTurn stored;
    stored.id = turn.stored.id;
    stored.state = stateOf(turn);
    stored.askedMs = turn.askedMs;
    stored.picture = turn.stored.picture;
    stored.pictureName = turn.pictureName;
    stored.question = turn.question;
    stored.answer = turn.text;
    stored.plan = fromUtf8(toText(turn.plan));
    stored.error = turn.error;
    // What a model writes may be no UTF-8 at the end of an answer that was cut.
    stored.content = contentOf(turn).dump(-1, ' ', false, json::error_handler_t::replace);
    return stored;
}

Turn turnOf(const StoredTurn& stored) {
    Turn turn;
    turn.stored = {stored.id, stored.picture, stored.branch, stored.branches};
    turn.picture = static_cast<quint64>(stored.picture);
    turn.pictureName = stored.pictureName;
    turn.askedMs = stored.askedMs;
    turn.question = stored.question;
    turn.text = stored.answer;
    try {
        turn.plan = parsePlan(stored.plan.toStdString());
        const json content = json::parse(stored.content);
        readContent(content, turn);
        setState(stored, content.contains("answer"), turn);
    } catch (const std::exception& error) { // by a newer version, or with a method that is gone
        turn.state = Turn::State::Failed;
        turn.error = tr("The stored answer can't be read: %1").arg(errorText(error));
    }
    return turn;
}

} // namespace prunescope::ui
