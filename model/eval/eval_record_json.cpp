// Records as lines of JSON, and back.
#include "core/base/json_fields.h"
#include "model/eval/eval_record.h"

#include <array>
#include <limits>

namespace prunescope::model {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kMostNumber = std::numeric_limits<double>::max();
constexpr int kMostSide = 1 << 28;
constexpr std::array kStages{stage::kPreprocess,     stage::kResize,  stage::kSelect, stage::kVit,
                             stage::kMethod,         stage::kPrefill, stage::kSample, stage::kTtft,
                             stage::kDecodePerToken, stage::kTotal};

Json boxJson(const PixelBox& box) {
    Json sides = Json::array();
    for (const double side : sidesOf(box))
        sides.push_back(compactNumber(side));
    return sides;
}

/// Only what is not empty, so that lines stay short.
void putText(Json& json, const char* name, const std::string& text) {
    if (!text.empty())
        json[name] = text;
}

void putAsked(Json& json, const AskedQuestion& asked) {
    putText(json, "id", asked.id);
    json["task"] = asked.task;
    putText(json, "system", asked.system);
    putText(json, "hint", asked.hint);
    json["asked"] = asked.question;
    for (const ChoiceOption& option : asked.options)
        json["options"].push_back({std::string(1, option.letter), option.text});
    if (asked.open)
        json["open"] = true;
    json["expected"] = asked.answer;
    if (!asked.otherAnswers.empty())
        json["also_expected"] = asked.otherAnswers;
    if (asked.box)
        json["box"] = boxJson(*asked.box);
    if (!asked.fields.empty())
        json["fields"] = asked.fields;
}

void putVerdict(Json& json, const EvalRecord& record) {
    json["scorers"] = Json::array(); // the order of `scores`, which a reader of JSON may lose
    json["scores"] = Json::object();
    for (const NamedScore& score : record.scores) {
        json["scorers"].push_back(score.name);
        json["scores"][score.name] = score.value;
    }
    if (!record.decided)
        json["decided"] = false;
    if (record.formatError)
        json["format_error"] = true;
    putText(json, "read", record.read);
    if (record.judged)
        json["judged"] = {{"judge", record.judged->judge}, {"reply", record.judged->reply}};
}

Json pictureJson(const EvalPicture& picture) {
    Json json{{"identity", picture.identity},
              {"size", {picture.size.width, picture.size.height}},
              {"seen", {picture.seen.width, picture.seen.height}},
              {"blocks", picture.blocks},
              {"kept", picture.kept}};
    if (picture.unique)
        json["unique"] = *picture.unique;
    json["rows"] = picture.rows;
    json["cols"] = picture.cols;
    json["mask"] = picture.mask;
    return json;
}

Json partJson(PixelRect part) {
    return {part.x, part.y, part.width, part.height};
}

Json lookJson(const EvalLook& look) {
    Json json{{"picture", look.picture},
              {"part", partJson(look.part)},
              {"seen", {look.seen.width, look.seen.height}},
              {"answer", look.answer}};
    if (look.named)
        json["named"] = boxJson(*look.named);
    json["finish_reason"] = look.finishReason;
    json["prompt_tokens"] = look.promptTokens;
    json["prompt_tokens_full"] = look.promptTokensFull;
    json["answer_tokens"] = look.answerTokens;
    json["total_ms"] = look.totalMs;
    return json;
}

void putLooks(Json& json, const EvalRecord& record) {
    for (const EvalLook& look : record.looks)
        json["looks"].push_back(lookJson(look));
    putText(json, "why_one_look", record.whyOneLook);
}

void putCosts(Json& json, const EvalRecord& record) {
    json["kept"] = record.keptBlocks;
    json["blocks"] = record.blocks;
    json["pictures"] = Json::array();
    for (const EvalPicture& picture : record.pictures)
        json["pictures"].push_back(pictureJson(picture));
    json["prompt_tokens"] = record.promptTokens;
    json["prompt_tokens_full"] = record.promptTokensFull;
    json["answer_tokens"] = record.answerTokens;
    json["equivalent_tokens"] = record.equivalentTokens;
    json["kv_bytes"] = record.kvBytes;
    json["flops"] = record.flops;
    if (record.decodedOnWhite)
        json["decoded_on_white"] = true;
    json["whole"] = record.whole;
    if (record.first)
        json["first"] = true;
    json["times_ms"] = Json::object();
    for (const std::string_view name : kStages)
        if (record.times.has(name))
            json["times_ms"][std::string(name)] = record.times.ms(name);
}

PixelBox readBox(const JsonFields& fields, const char* name) {
    const auto sides = fields.numbers(name, -kMostSide, kMostSide);
    if (sides.size() != 4)
        fields.fail(name, "[x, y, width, height]");
    return {sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3]};
}

/// A list that may be missing.
const nlohmann::json& listOf(const JsonFields& fields, const char* name) {
    static const nlohmann::json none = nlohmann::json::array();
    if (!fields.has(name))
        return none;
    const nlohmann::json& list = fields.json().at(name);
    if (!list.is_array())
        fields.fail(name, "a list");
    return list;
}

std::vector<ChoiceOption> readOptions(const JsonFields& fields) {
    std::vector<ChoiceOption> options;
    for (const nlohmann::json& option : listOf(fields, "options")) {
        const bool fits = option.is_array() && option.size() == 2 && option[0].is_string() && option[1].is_string() &&
                          option[0].get_ref<const std::string&>().size() == 1;
        if (!fits)
            fields.fail("options", R"([["A", "its text"], ...])");
        options.push_back({option[0].get_ref<const std::string&>()[0], option[1].get<std::string>()});
    }
    return options;
}

std::vector<std::string> readTexts(const JsonFields& fields, const char* name) {
    std::vector<std::string> texts;
    for (const nlohmann::json& text : listOf(fields, name)) {
        if (!text.is_string())
            fields.fail(name, "a list of texts");
        texts.push_back(text.get<std::string>());
    }
    return texts;
}

QuestionFields readFields(const JsonFields& fields) {
    QuestionFields values;
    if (!fields.has("fields"))
        return values;
    const JsonFields object = fields.object("fields");
    for (const auto& [name, value] : object.json().items())
        values[name] = object.text(name.c_str());
    return values;
}

AskedQuestion readAsked(const JsonFields& fields) {
    AskedQuestion asked{fields.text("task"), fields.text("asked"), fields.text("expected"), {}};
    asked.id = fields.text("id", "");
    asked.system = fields.text("system", "");
    asked.hint = fields.text("hint", "");
    asked.options = readOptions(fields);
    asked.open = fields.boolean("open", false);
    asked.otherAnswers = readTexts(fields, "also_expected");
    if (fields.has("box"))
        asked.box = readBox(fields, "box");
    asked.fields = readFields(fields);
    return asked;
}

void readVerdict(const JsonFields& fields, EvalRecord& record) {
    const JsonFields scores = fields.object("scores");
    for (const std::string& name : readTexts(fields, "scorers"))
        record.scores.push_back({name, scores.number(name.c_str(), 0, 1)});
    if (record.scores.empty())
        fields.fail("scorers", "the names of the scores");
    record.decided = fields.boolean("decided", true);
    record.formatError = fields.boolean("format_error", false);
    record.read = fields.text("read", "");
    if (fields.has("judged")) {
        const JsonFields judged = fields.object("judged");
        record.judged = Judgement{judged.text("judge"), judged.text("reply")};
    }
}

Size readSize(const JsonFields& fields, const char* name) {
    const auto sides = fields.integers(name, 0, kMostSide, {});
    if (sides.size() != 2)
        fields.fail(name, "[width, height]");
    return {static_cast<int>(sides[0]), static_cast<int>(sides[1])};
}

EvalPicture readPicture(const nlohmann::json& object, const JsonFields& record) {
    const JsonFields fields(object, record.where(), "pictures.");
    EvalPicture picture;
    picture.identity = fields.text("identity");
    picture.size = readSize(fields, "size");
    picture.seen = readSize(fields, "seen");
    picture.blocks = fields.integer("blocks", 0, kMost);
    picture.kept = fields.integer("kept", 0, picture.blocks);
    if (fields.has("unique"))
        picture.unique = fields.integer("unique", 0, kMost);
    picture.rows = static_cast<int>(fields.integer("rows", 0, kMostSide));
    picture.cols = static_cast<int>(fields.integer("cols", 0, kMostSide));
    picture.mask = fields.text("mask");
    return picture;
}

PixelRect readPart(const JsonFields& fields, const char* name) {
    const auto sides = fields.integers(name, 0, kMostSide, {});
    if (sides.size() != 4)
        fields.fail(name, "[x, y, width, height]");
    const auto side = [&](std::size_t i) { return static_cast<int>(sides[i]); };
    return {side(0), side(1), side(2), side(3)};
}

EvalLook readLook(const nlohmann::json& object, const JsonFields& record) {
    const JsonFields fields(object, record.where(), "looks.");
    EvalLook look;
    look.picture = fields.integer("picture", 0, kMost);
    look.part = readPart(fields, "part");
    look.seen = readSize(fields, "seen");
    look.answer = fields.text("answer");
    if (fields.has("named"))
        look.named = readBox(fields, "named");
    look.finishReason = fields.text("finish_reason");
    look.promptTokensFull = fields.integer("prompt_tokens_full", 0, kMost);
    look.promptTokens = fields.integer("prompt_tokens", 0, look.promptTokensFull);
    look.answerTokens = fields.integer("answer_tokens", 0, kMost);
    look.totalMs = fields.number("total_ms", 0, kMostNumber);
    return look;
}

void readLooks(const JsonFields& fields, EvalRecord& record) {
    for (const nlohmann::json& look : listOf(fields, "looks"))
        record.looks.push_back(readLook(look, fields));
    record.whyOneLook = fields.text("why_one_look", "");
}

void readCosts(const JsonFields& fields, EvalRecord& record) {
    record.blocks = fields.integer("blocks", 0, kMost);
    record.keptBlocks = fields.integer("kept", 0, record.blocks);
    for (const nlohmann::json& picture : listOf(fields, "pictures"))
        record.pictures.push_back(readPicture(picture, fields));
    record.promptTokensFull = fields.integer("prompt_tokens_full", 0, kMost);
    record.promptTokens = fields.integer("prompt_tokens", 0, record.promptTokensFull);
    record.answerTokens = fields.integer("answer_tokens", 0, kMost);
    record.equivalentTokens = fields.number("equivalent_tokens", 0, kMostNumber, 0);
    record.kvBytes = fields.integer("kv_bytes", 0, kMost, 0);
    record.flops = fields.number("flops", 0, kMostNumber, 0);
    record.decodedOnWhite = fields.boolean("decoded_on_white", false);
    record.whole = fields.boolean("whole");
    record.first = fields.boolean("first", false);
    const JsonFields times = fields.object("times_ms");
    for (const std::string_view name : kStages)
        if (const std::string text(name); times.has(text.c_str()))
            record.times.set(name, times.number(text.c_str(), 0, kMostNumber));
}

} // namespace

nlohmann::ordered_json toJson(const EvalRecord& record) {
    Json json{{"set", record.set},
              {"picture", record.picture},
              {"question", record.question},
              {"questions", record.questions},
              {"image", record.image}};
    putAsked(json, record.asked);
    json["prompt_style"] = record.style;
    json["plan"] = record.plan;
    json["answer"] = record.answer;
    putText(json, "thought", record.thought);
    json["finish_reason"] = record.finishReason;
    if (record.named)
        json["named"] = boxJson(*record.named);
    putVerdict(json, record);
    putLooks(json, record);
    putCosts(json, record);
    return json;
}

EvalRecord evalRecordFromJson(const nlohmann::json& object, const std::string& where) {
    const JsonFields fields(object, where);
    EvalRecord record;
    record.set = fields.text("set");
    record.picture = fields.integer("picture", 0, kMost);
    record.question = fields.integer("question", 0, kMost);
    record.questions = fields.integer("questions", record.question + 1, kMost);
    record.image = fields.text("image");
    record.asked = readAsked(fields);
    record.style = fields.text("prompt_style");
    record.plan = fields.text("plan");
    record.answer = fields.text("answer");
    record.thought = fields.text("thought", "");
    record.finishReason = fields.text("finish_reason");
    if (fields.has("named"))
        record.named = readBox(fields, "named");
    readVerdict(fields, record);
    readLooks(fields, record);
    readCosts(fields, record);
    return record;
}

} // namespace prunescope::model
