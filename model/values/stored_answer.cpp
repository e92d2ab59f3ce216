#include "model/values/stored_answer.h"

#include "core/base/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace prunescope::model {

namespace {

using nlohmann::json;

constexpr int ModelShape::*kShapeNumbers[]{
    &ModelShape::vitLayers,     &ModelShape::vitWidth,       &ModelShape::vitInner,      &ModelShape::deepstackLayers,
    &ModelShape::languageWidth, &ModelShape::languageLayers, &ModelShape::languageInner, &ModelShape::heads,
    &ModelShape::kvHeads,       &ModelShape::headDim,        &ModelShape::mergerInner};
constexpr int AttentionReach::*kReachNumbers[]{&AttentionReach::windowPatches, &AttentionReach::fullLayers,
                                               &AttentionReach::tilePatches};
constexpr int LinearLayers::*kLinearNumbers[]{&LinearLayers::layers, &LinearLayers::keyHeads, &LinearLayers::valueHeads,
                                              &LinearLayers::keyDim, &LinearLayers::valueDim, &LinearLayers::kernel};
constexpr int PatchGeometry::*kGeometryNumbers[]{&PatchGeometry::patchPx, &PatchGeometry::merge,
                                                 &PatchGeometry::frames};

// Lists of numbers ----------------------------------------------------------------------------------------------------

template <typename Values, std::size_t N>
json numbersOf(const Values& values, int Values::*const (&members)[N]) {
    json list = json::array();
    for (const auto member : members)
        list.push_back(values.*member);
    return list;
}

template <typename Values, std::size_t N>
Values valuesOf(const json& list, int Values::*const (&members)[N]) {
    Values values;
    for (std::size_t i = 0; i < N; ++i)
        values.*members[i] = list.at(i).get<int>();
    return values;
}

// What the `ask` object leaves out ------------------------------------------------------------------------------------

json shapeJson(const ModelShape& shape) {
    return {{"name", shape.name},
            {"sizes", numbersOf(shape, kShapeNumbers)},
            {"vocab", shape.vocab},
            {"geometry", numbersOf(shape.geometry, kGeometryNumbers)},
            {"reach", numbersOf(shape.reach, kReachNumbers)},
            {"linear", numbersOf(shape.linear, kLinearNumbers)},
            {"vit_gated", shape.vitGated},
            {"gated_queries", shape.gatedQueries}};
}

ModelShape shapeOf(const json& object) {
    ModelShape shape = valuesOf(object.at("sizes"), kShapeNumbers);
    shape.name = object.at("name").get<std::string>();
    shape.vocab = object.at("vocab").get<std::int64_t>();
    shape.geometry = valuesOf(object.at("geometry"), kGeometryNumbers);
    shape.reach = valuesOf(object.at("reach"), kReachNumbers);
    shape.linear = valuesOf(object.at("linear"), kLinearNumbers);
    shape.vitGated = object.at("vit_gated").get<bool>();
    shape.gatedQueries = object.at("gated_queries").get<bool>();
    return shape;
}

json pruningJson(const PruneOutcome& outcome) {
    json stages = json::array();
    for (const StageOutcome& stage : outcome.stages) {
        json images = json::array();
        for (const BlockCounts& counts : stage.images)
            images.push_back({counts.kept, counts.all});
        stages.push_back({{"stage", stage.stage}, {"layer", stage.layer}, {"ms", stage.ms}, {"images", images}});
    }
    return {{"plan", outcome.plan},
            {"language_layers", outcome.languageLayers},
            {"equivalent_tokens", outcome.equivalentTokens},
            {"stages", std::move(stages)}};
}

PruneOutcome pruningOf(const json& object) {
    PruneOutcome outcome;
    outcome.plan = object.at("plan").get<std::vector<std::string>>();
    outcome.languageLayers = object.at("language_layers").get<int>();
    outcome.equivalentTokens = object.at("equivalent_tokens").get<double>();
    for (const json& stage : object.at("stages")) {
        StageOutcome done{stage.at("stage").get<int>(), stage.at("layer").get<int>(), {}, stage.at("ms").get<double>()};
        if (done.stage < 0 || done.stage >= std::ssize(outcome.plan))
            throw Error(ErrorKind::BadFile, "stored answer: a stage that is not in its plan");
        for (const json& counts : stage.at("images"))
            done.images.push_back({counts.at(0).get<int>(), counts.at(1).get<int>()});
        outcome.stages.push_back(std::move(done));
    }
    return outcome;
}

/// [begin, end, picture] of each.
json placesJson(const std::vector<Region>& regions) {
    json places = json::array();
    for (const Region& region : regions)
        places.push_back({region.textBegin, region.textEnd, region.picture});
    return places;
}

// Reading what the `ask` object has -----------------------------------------------------------------------------------

FinishReason finishReasonOf(const std::string& text) {
    for (const FinishReason reason : {FinishReason::Stop, FinishReason::Length, FinishReason::Cancelled})
        if (text == toText(reason))
            return reason;
    throw Error(ErrorKind::BadFile, "stored answer: finish_reason is '" + text + "'");
}

StageTimes timesOf(const json& object) {
    StageTimes times;
    for (const auto& [name, ms] : object.items())
        times.set(name, ms.get<double>());
    return times;
}

std::vector<Region> regionsOf(const json& list) {
    std::vector<Region> regions;
    for (const json& one : list) {
        Region region;
        region.kind = one.at("kind") == "box" ? Region::Kind::Box : Region::Kind::Point;
        region.label = one.at("label").get<std::string>();
        region.norm = one.at("norm").get<std::vector<double>>();
        region.px = one.at("px").get<std::vector<double>>();
        const std::size_t numbers = region.kind == Region::Kind::Box ? 4 : 2;
        if (region.px.size() != numbers || region.norm.size() != numbers)
            throw Error(ErrorKind::BadFile, "stored answer: a place with another count of numbers");
        regions.push_back(std::move(region));
    }
    return regions;
}

void setPlaces(const json& places, const std::string& text, std::vector<Region>& regions) {
    for (std::size_t i = 0; i < regions.size(); ++i) {
        const json& place = places.at(i);
        regions[i].textBegin = std::min(place.at(0).get<std::size_t>(), text.size());
        regions[i].textEnd = std::clamp(place.at(1).get<std::size_t>(), regions[i].textBegin, text.size());
        regions[i].picture = place.at(2).get<int>();
    }
}

std::vector<Look> looksOf(const json& list) {
    std::vector<Look> looks;
    for (const json& one : list) {
        const json& part = one.at("part");
        looks.push_back({one.at("picture").get<int>(),
                         {part.at(0).get<int>(), part.at(1).get<int>(), part.at(2).get<int>(), part.at(3).get<int>()},
                         one.at("answer").get<std::string>(),
                         regionsOf(one.at("regions")),
                         finishReasonOf(one.at("finish_reason").get<std::string>()),
                         one.at("prompt_tokens").get<int>(),
                         one.at("prompt_tokens_full").get<int>(),
                         one.at("answer_tokens").get<int>(),
                         timesOf(one.at("times_ms"))});
    }
    return looks;
}

std::vector<UnreadPlace> unreadOf(const json& list) {
    std::vector<UnreadPlace> places;
    for (const json& one : list)
        places.push_back({one.at("why").get<std::string>(), one.at("bytes").at(0).get<std::size_t>(),
                          one.at("bytes").at(1).get<std::size_t>()});
    return places;
}

Answer readAnswer(const json& object) {
    Answer answer;
    answer.text = object.at("answer").get<std::string>();
    answer.thought = object.value("thought", "");
    if (object.contains("thinking"))
        answer.thinking = object.at("thinking").get<bool>();
    answer.tokenIds = object.at("token_ids").get<std::vector<std::int64_t>>();
    answer.finishReason = finishReasonOf(object.at("finish_reason").get<std::string>());
    answer.regions = regionsOf(object.at("regions"));
    answer.unread = unreadOf(object.value("unread", json::array()));
    answer.promptTokens = object.at("prompt_tokens").get<int>();
    answer.promptTokensFull = object.at("prompt_tokens_full").get<int>();
    for (const json& image : object.at("images"))
        answer.images.push_back(maskReportFromJson(image));
    answer.plan = object.at("plan").get<std::string>();
    answer.times = timesOf(object.at("times_ms"));
    const json& memory = object.at("memory");
    answer.memory = {memory.at("peak_bytes").get<std::int64_t>(), memory.at("kv_bytes").get<std::int64_t>(),
                     memory.at("estimate_bytes").get<std::int64_t>(), memory.value("state_bytes", std::int64_t{0})};
    if (object.contains("reused"))
        answer.reuse = {object.at("reused").at("prompt_tokens").get<int>(),
                        object.at("reused").at("pictures").get<int>()};
    for (const auto& [name, text] : {std::pair{"model", &answer.model},
                                     {"device", &answer.device},
                                     {"dtype", &answer.dtype},
                                     {"weights", &answer.weights}})
        *text = object.at(name).get<std::string>();
    answer.adapter = object.value("adapter", "");
    answer.looks = looksOf(object.value("looks", json::array()));
    answer.whyOneLook = object.value("why_one_look", "");
    return answer;
}

void addStored(const json& stored, Answer& answer) {
    answer.shape = shapeOf(stored.at("shape"));
    answer.pruning = pruningOf(stored.at("pruning"));
    setPlaces(stored.at("places"), answer.text, answer.regions);
    for (std::size_t i = 0; i < answer.looks.size(); ++i)
        setPlaces(stored.at("looks").at(i), answer.looks[i].text, answer.looks[i].regions);
}

} // namespace

json toStoredJson(const Answer& answer) {
    json object = toJson(answer);
    json looks = json::array();
    for (const Look& look : answer.looks)
        looks.push_back(placesJson(look.regions));
    object["stored"] = {{"shape", shapeJson(answer.shape)},
                        {"pruning", pruningJson(answer.pruning)},
                        {"places", placesJson(answer.regions)},
                        {"looks", std::move(looks)}};
    return object;
}

Answer answerFromJson(const json& object) {
    try {
        Answer answer = readAnswer(object);
        if (object.contains("stored"))
            addStored(object.at("stored"), answer);
        return answer;
    } catch (const json::exception& error) {
        throw Error(ErrorKind::BadFile, std::string("stored answer: ") + error.what());
    }
}

} // namespace prunescope::model
