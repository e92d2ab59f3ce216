#include "model/study/eval_record.h"

#include "core/base/json_fields.h"
#include "core/image/image_file.h"
#include "model/scores/score.h"
#include "model/values/explain.h"

#include <algorithm>
#include <limits>

namespace prunescope::model {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr double kMostMs = std::numeric_limits<double>::max();

/// The first place that an answer names.
std::optional<PixelBox> namedBox(const Answer& answer) {
    if (answer.regions.empty())
        return std::nullopt;
    const std::vector<double>& px = answer.regions.front().px;
    return PixelBox{px.at(0), px.at(1), px.at(px.size() - 2), px.at(px.size() - 1)};
}

nlohmann::ordered_json scoresJson(const EvalRecord& record) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const NamedScore& score : record.scores)
        json[score.name] = score.value;
    return json;
}

std::vector<NamedScore> readScores(const JsonFields& fields, const std::string& task) {
    std::vector<NamedScore> values;
    for (const std::string_view name : scoresOf(task))
        values.push_back({std::string(name), fields.number(std::string(name).c_str(), 0, 1)});
    return values;
}

AskedQuestion readAsked(const JsonFields& fields) {
    AskedQuestion asked{fields.text("task"), fields.text("asked"), fields.text("expected"), {}};
    if (!fields.has("box"))
        return asked;
    const auto sides = fields.numbers("box", 0, kMaxPicturePixels);
    if (sides.size() != 4)
        fields.fail("box", "[x, y, width, height]");
    asked.box = {sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3]};
    return asked;
}

GivenAnswer givenAnswer(const QuestionGroup& group, const AskedQuestion& asked, const Answer& answer) {
    GivenAnswer given{answer.text, {asked.answer}, asked.options, asked.fields, namedBox(answer), asked.box, {}, {}};
    given.expected.insert(given.expected.end(), asked.otherAnswers.begin(), asked.otherAnswers.end());
    given.size = group.picture().size();
    return given;
}

} // namespace

EvalRecord makeEvalRecord(const QuestionGroup& group, std::size_t question, const Answer& answer) {
    EvalRecord record;
    record.question = static_cast<std::int64_t>(question);
    record.image = group.name;
    record.asked = group.questions.at(question);
    record.plan = answer.plan;
    record.answer = answer.text;
    record.finishReason = toText(answer.finishReason);
    const GivenAnswer given = givenAnswer(group, record.asked, answer);
    for (const std::string_view name : scoresOf(record.asked.task))
        record.scores.push_back({std::string(name), findScore(name)->judge(given).score});
    record.keptBlocks = enteringTokens(answer.pruning, answer.images);
    record.blocks = record.keptBlocks + answer.promptTokensFull - answer.promptTokens;
    record.promptTokens = answer.promptTokens;
    record.promptTokensFull = answer.promptTokensFull;
    record.answerTokens = static_cast<std::int64_t>(answer.tokenIds.size());
    record.decodedOnWhite = std::ranges::any_of(group.pictures, &SetPicture::decodedOnWhite);
    record.whole = !answer.reuse.any();
    record.ttftMs = answer.times.ms(stage::kTtft);
    record.totalMs = answer.times.ms(stage::kTotal);
    record.prefillMs = answer.times.ms(stage::kPrefill);
    record.methodMs = answer.times.ms(stage::kMethod);
    record.equivalentTokens = answer.pruning.equivalentTokens;
    return record;
}

nlohmann::ordered_json toJson(const EvalRecord& record) {
    nlohmann::ordered_json json{{"picture", record.picture},      {"question", record.question},
                                {"image", record.image},          {"task", record.asked.task},
                                {"asked", record.asked.question}, {"expected", record.asked.answer}};
    if (const auto& box = record.asked.box)
        for (const double side : sidesOf(*box))
            json["box"].push_back(compactNumber(side));
    json["plan"] = record.plan;
    json["answer"] = record.answer;
    json["finish_reason"] = record.finishReason;
    json["scores"] = scoresJson(record);
    json["kept"] = record.keptBlocks;
    json["blocks"] = record.blocks;
    json["prompt_tokens"] = record.promptTokens;
    json["prompt_tokens_full"] = record.promptTokensFull;
    json["answer_tokens"] = record.answerTokens;
    json["equivalent_tokens"] = record.equivalentTokens;
    if (record.decodedOnWhite)
        json["decoded_on_white"] = true;
    json["whole"] = record.whole;
    json["times_ms"] = {
        {"ttft", record.ttftMs}, {"total", record.totalMs}, {"prefill", record.prefillMs}, {"method", record.methodMs}};
    return json;
}

EvalRecord evalRecordFromJson(const nlohmann::json& object, const std::string& where) {
    const JsonFields fields(object, where);
    EvalRecord record;
    record.picture = fields.integer("picture", 0, kMost);
    record.question = fields.integer("question", 0, kMost);
    record.image = fields.text("image");
    record.asked = readAsked(fields);
    record.plan = fields.text("plan");
    record.answer = fields.text("answer");
    record.finishReason = fields.text("finish_reason");
    record.scores = readScores(fields.object("scores"), record.asked.task);
    record.blocks = fields.integer("blocks", 0, kMost);
    record.keptBlocks = fields.integer("kept", 0, record.blocks);
    record.promptTokensFull = fields.integer("prompt_tokens_full", 0, kMost);
    record.promptTokens = fields.integer("prompt_tokens", 0, record.promptTokensFull);
    record.answerTokens = fields.integer("answer_tokens", 0, kMost);
    record.decodedOnWhite = fields.boolean("decoded_on_white", false);
    record.whole = fields.boolean("whole");
    const JsonFields times = fields.object("times_ms");
    record.ttftMs = times.number("ttft", 0, kMostMs);
    record.totalMs = times.number("total", 0, kMostMs);
    record.prefillMs = times.number("prefill", 0, kMostMs, 0);
    record.methodMs = times.number("method", 0, kMostMs, 0);
    record.equivalentTokens = fields.number("equivalent_tokens", 0, kMostMs, 0);
    return record;
}

} // namespace prunescope::model
