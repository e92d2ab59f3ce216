#include "model/eval/eval_record.h"

#include "core/base/error.h"
#include "core/report/plan_cost.h"
#include "model/values/explain.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// The first place that an answer names.
std::optional<PixelBox> namedBox(const Answer& answer) {
    if (answer.regions.empty())
        return std::nullopt;
    const std::vector<double>& px = answer.regions.front().px;
    return PixelBox{px.at(0), px.at(1), px.at(px.size() - 2), px.at(px.size() - 1)};
}

/// Blocks of each picture that enter the language layers.
std::vector<int> enteringOfEach(const Answer& answer) {
    std::vector<int> kept;
    for (const MaskReport& image : answer.images)
        kept.push_back(image.mask.keptCount());
    for (const StageOutcome& stage : answer.pruning.stages)
        for (std::size_t i = 0; stage.layer == 0 && i < kept.size() && i < stage.images.size(); ++i)
            kept[i] = stage.images[i].kept;
    return kept;
}

/// What is left of a picture behind the last stage of the plan.
KeepMask lastMask(const Answer& answer, std::size_t image) {
    const KeepMask& shown = answer.images[image].mask;
    if (image >= answer.pruning.blocks.size())
        return shown;
    const std::vector<BlockFate>& fates = answer.pruning.blocks[image];
    KeepMask left(shown.grid());
    for (std::size_t i = 0; i < fates.size() && i < static_cast<std::size_t>(shown.count()); ++i)
        if (fates[i].droppedBy == BlockFate::kNone)
            left.keep(static_cast<int>(i));
    return left;
}

std::vector<EvalPicture> picturesOf(const Answer& answer) {
    const std::vector<int> kept = enteringOfEach(answer);
    std::vector<EvalPicture> pictures;
    for (std::size_t i = 0; i < answer.images.size(); ++i) {
        const MaskReport& image = answer.images[i];
        EvalPicture picture;
        picture.size = image.original;
        picture.seen = image.mask.grid().size();
        picture.blocks = image.mask.count();
        picture.kept = kept[i];
        picture.rows = image.mask.grid().rows;
        picture.cols = image.mask.grid().cols;
        if (image.views.empty()) // else the mask does not lie on the picture
            picture.mask = lastMask(answer, i).toBase64();
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

/// A picture that was shown smaller has more blocks without pruning than its mask; only their sum is known.
void spreadBlocks(std::vector<EvalPicture>& pictures, std::int64_t blocks) {
    std::int64_t shown = 0;
    for (const EvalPicture& picture : pictures)
        shown += picture.blocks;
    for (EvalPicture& picture : pictures) {
        const std::int64_t part = shown == 0 ? 0 : blocks * picture.blocks / shown;
        shown -= picture.blocks;
        blocks -= part;
        picture.blocks = std::max(part, picture.kept);
    }
}

double promptFlop(const Answer& answer) {
    std::vector<int> blocks;
    for (const MaskReport& image : answer.images)
        blocks.push_back(image.mask.count());
    const int text = answer.promptTokens - enteringTokens(answer.pruning, answer.images);
    if (answer.shape.languageLayers == 0 || text < 0)
        return 0; // an engine that says nothing of its model
    return planFlops(answer.shape, parsePlan(answer.plan), blocks, countsOf(answer.pruning), text).total();
}

void addScores(EvalRecord& record, const SetRule* rule) {
    const GivenAnswer given = givenAnswer(record);
    for (const std::string_view name : scoresFor(rule, record.asked.task)) {
        const ScoreEntry* score = findScore(name);
        check(score != nullptr, "a set names a score that is not there");
        const Verdict verdict = score->judge(given);
        if (record.scores.empty()) {
            record.decided = verdict.decided;
            record.formatError = verdict.formatError;
            record.read = verdict.read;
        }
        record.scores.push_back({std::string(name), verdict.score});
    }
}

void addCosts(EvalRecord& record, const Answer& answer) {
    record.keptBlocks = enteringTokens(answer.pruning, answer.images);
    record.blocks = record.keptBlocks + answer.promptTokensFull - answer.promptTokens;
    record.promptTokens = answer.promptTokens;
    record.promptTokensFull = answer.promptTokensFull;
    record.answerTokens = static_cast<std::int64_t>(answer.tokenIds.size());
    record.equivalentTokens = answer.pruning.equivalentTokens;
    record.kvBytes = answer.memory.kvBytes;
    record.flops = promptFlop(answer);
    record.whole = !answer.reuse.any();
    record.times = answer.times;
}

} // namespace

std::vector<std::string_view> scoresFor(const SetRule* rule, const std::string& task) {
    if (rule && !rule->scores.empty())
        return rule->scores;
    const auto names = scoresOf(task);
    return {names.begin(), names.end()};
}

EvalRecord makeEvalRecord(const QuestionGroup& group, std::size_t question, std::span<const std::size_t> shown,
                          const SetRule* rule, const Answer& answer) {
    EvalRecord record;
    record.question = static_cast<std::int64_t>(question);
    record.questions = static_cast<std::int64_t>(group.questions.size());
    record.image = group.name;
    record.asked = group.questions.at(question);
    record.plan = answer.plan;
    record.answer = answer.text;
    record.thought = answer.thought;
    record.finishReason = toText(answer.finishReason);
    record.named = namedBox(answer);
    record.pictures = picturesOf(answer);
    addCosts(record, answer);
    spreadBlocks(record.pictures, record.blocks);
    for (std::size_t i = 0; i < record.pictures.size() && i < shown.size(); ++i)
        record.pictures[i].size = group.pictures.at(shown[i]).picture.size();
    record.decodedOnWhite = std::ranges::any_of(group.pictures, &SetPicture::decodedOnWhite);
    addScores(record, rule);
    return record;
}

GivenAnswer givenAnswer(const EvalRecord& record) {
    const AskedQuestion& asked = record.asked;
    GivenAnswer given;
    given.text = record.answer;
    given.expected = {asked.answer};
    given.expected.insert(given.expected.end(), asked.otherAnswers.begin(), asked.otherAnswers.end());
    given.options = asked.options;
    given.fields = asked.fields;
    given.box = record.named;
    given.trueBox = asked.box;
    if (!record.pictures.empty()) {
        given.size = record.pictures.front().size;
        given.seen = record.pictures.front().seen;
    }
    return given;
}

ScoredQuestion scoredQuestion(const EvalRecord& record) {
    return {record.asked.id, givenAnswer(record),
            Verdict{record.score(), record.decided, record.formatError, record.read}};
}

} // namespace prunescope::model
