#include "model/eval/eval_record.h"

#include "core/base/error.h"
#include "core/report/plan_cost.h"
#include "model/values/explain.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// The first place that an answer names.
std::optional<PixelBox> namedBox(const std::vector<Region>& regions) {
    if (regions.empty())
        return std::nullopt;
    const std::vector<double>& px = regions.front().px;
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

/// Visual tokens of a prompt without pruning.
std::int64_t blocksOf(const Answer& answer) {
    return enteringTokens(answer.pruning, answer.images) + answer.promptTokensFull - answer.promptTokens;
}

/// Looks come one after the other, so that the memory of one is free for the next.
void addCosts(EvalRecord& record, const Answer& answer) {
    record.keptBlocks += enteringTokens(answer.pruning, answer.images);
    record.blocks += blocksOf(answer);
    record.promptTokens += answer.promptTokens;
    record.promptTokensFull += answer.promptTokensFull;
    record.answerTokens += static_cast<std::int64_t>(answer.tokenIds.size());
    record.equivalentTokens += answer.pruning.equivalentTokens;
    record.kvBytes = std::max(record.kvBytes, answer.memory.kvBytes);
    record.flops += promptFlop(answer);
}

/// Stages of all looks are summed up; the first token of the answer comes after all of the looks before the last.
StageTimes timesOf(std::span<const Answer> looks) {
    StageTimes times;
    double before = 0, tokens = 0, decodeMs = 0;
    for (const Answer& look : looks) {
        for (const auto& [name, ms] : look.times.entries())
            times.add(name, ms);
        times.set(stage::kTtft, before + look.times.ms(stage::kTtft));
        before += look.times.ms(stage::kTotal);
        const double decoded = look.tokenIds.empty() ? 0 : static_cast<double>(look.tokenIds.size()) - 1;
        decodeMs += decoded * look.times.ms(stage::kDecodePerToken);
        tokens += decoded;
    }
    if (times.has(stage::kDecodePerToken))
        times.set(stage::kDecodePerToken, tokens > 0 ? decodeMs / tokens : 0);
    return times;
}

EvalLook lookOf(const Look& look, const Answer& whole) {
    EvalLook made{look.picture,
                  look.part,
                  {},
                  look.text,
                  namedBox(look.regions),
                  toText(look.finishReason),
                  look.promptTokens,
                  look.promptTokensFull,
                  look.answerTokens,
                  look.times.ms(stage::kTotal)};
    if (const auto picture = static_cast<std::size_t>(look.picture); picture < whole.images.size())
        made.seen = whole.images[picture].mask.grid().size();
    return made;
}

void addLooks(EvalRecord& record, const Answer& answer, std::span<const Answer> looks) {
    for (std::size_t i = 0; i < looks.size() && i < answer.looks.size(); ++i)
        record.looks.push_back(lookOf(answer.looks[i], looks[i]));
    record.whyOneLook = answer.whyOneLook;
}

std::optional<PixelBox> movedInto(PixelRect part, std::optional<PixelBox> box) {
    if (box)
        box = PixelBox{box->left - part.x, box->top - part.y, box->right - part.x, box->bottom - part.y};
    return box;
}

/// Boxes of sets are about the first picture.
void moveInto(const EvalLook& look, GivenAnswer& given) {
    if (look.picture != 0 || look.part.empty())
        return;
    given.box = movedInto(look.part, given.box);
    given.trueBox = movedInto(look.part, given.trueBox);
    given.size = {look.part.width, look.part.height};
    given.seen = look.seen;
}

} // namespace

std::vector<std::string_view> scoresFor(const SetRule* rule, const std::string& task) {
    if (rule && !rule->scores.empty())
        return rule->scores;
    const auto names = scoresOf(task);
    return {names.begin(), names.end()};
}

bool wantsPlace(const AskedQuestion& asked) {
    return asked.task == kLocateTask;
}

const EvalLook* EvalRecord::answeredBy() const {
    const auto last = std::find_if(looks.rbegin(), looks.rend(), [](const EvalLook& l) { return l.named.has_value(); });
    if (last != looks.rend())
        return &*last;
    return looks.empty() ? nullptr : &looks.front();
}

EvalRecord makeEvalRecord(const QuestionGroup& group, std::size_t question, std::span<const std::size_t> shown,
                          const SetRule* rule, const Answer& answer, std::span<const Answer> looks) {
    const std::span<const Answer> all = looks.empty() ? std::span(&answer, 1) : looks;
    EvalRecord record;
    record.question = static_cast<std::int64_t>(question);
    record.questions = static_cast<std::int64_t>(group.questions.size());
    record.image = group.name;
    record.asked = group.questions.at(question);
    record.plan = answer.plan;
    record.answer = answer.text;
    record.thought = answer.thought;
    record.finishReason = toText(answer.finishReason);
    record.named = namedBox(answer.regions);
    record.pictures = picturesOf(all.front());
    addLooks(record, answer, looks);
    for (const Answer& look : all)
        addCosts(record, look);
    record.whole = std::ranges::none_of(all, [](const Answer& look) { return look.reuse.any(); });
    record.times = looks.size() > 1 ? timesOf(looks) : answer.times;
    spreadBlocks(record.pictures, blocksOf(all.front()));
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
    if (const EvalLook* look = record.answeredBy())
        moveInto(*look, given);
    return given;
}

ScoredQuestion scoredQuestion(const EvalRecord& record) {
    return {record.asked.id, givenAnswer(record),
            Verdict{record.score(), record.decided, record.formatError, record.read}};
}

} // namespace prunescope::model
