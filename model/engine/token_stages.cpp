#include "model/engine/token_stages.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/layer_schedule.h"
#include "core/pruning/token_options.h"
#include "model/device/device.h"
#include "model/images/mask_outcome.h"
#include "model/values/explain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace prunescope::model {

namespace {

/// Rows [first, first + count) of everything.
VisionFeatures partOf(const VisionFeatures& all, std::int64_t first, std::int64_t count) {
    const auto part = [&](const at::Tensor& rows) { return rows.narrow(0, first, count); };
    VisionFeatures features{part(all.merged), {}, mapped(all.traces, part)};
    for (const at::Tensor& set : all.deepstack)
        features.deepstack.push_back(part(set));
    return features;
}

/// What a choice makes of the rows of a picture; `traces` follow the token that each row stands for.
VisionFeatures chosenOf(const VisionFeatures& all, const TokenChoice& choice, bool mixesStates,
                        const VisionNetwork& network) {
    const at::Tensor kept = at::tensor(choice.kept, at::kLong).to(all.merged.device());
    const auto picked = [&](const at::Tensor& rows) { return rows.index_select(0, kept.to(rows.device())); };
    const auto made = [&](const at::Tensor& rows) { return choice.mix ? mixRows(rows, *choice.mix) : picked(rows); };
    VisionFeatures features{choice.mix && mixesStates ? network.project(made(all.traces.states)) : made(all.merged),
                            {},
                            mapped(all.traces, picked)};
    for (const at::Tensor& set : all.deepstack)
        features.deepstack.push_back(made(set));
    return features;
}

/// What layers are told of the encoder.
at::Tensor importanceOf(const EncoderTraces& traces) {
    return traces.closingAttention.defined() ? traces.closingAttention : traces.attention;
}

VisionFeatures joined(std::vector<VisionFeatures> parts) {
    if (parts.size() == 1)
        return std::move(parts.front());
    std::vector<at::Tensor> merged;
    for (const VisionFeatures& part : parts)
        merged.push_back(part.merged);
    VisionFeatures all{at::cat(merged), {}, {}};
    for (std::size_t set = 0; set < parts.front().deepstack.size(); ++set) {
        std::vector<at::Tensor> rows;
        for (const VisionFeatures& part : parts)
            rows.push_back(part.deepstack[set]);
        all.deepstack.push_back(at::cat(rows));
    }
    return all;
}

/// Rank of every score, 1 is the best; 0: not scored. Of equal ones the first is the better.
std::vector<int> ranksOf(const std::vector<float>& scores) {
    std::vector<int> order;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (!std::isnan(scores[i]))
            order.push_back(static_cast<int>(i));
    std::ranges::stable_sort(
        order, [&](int a, int b) { return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)]; });
    std::vector<int> ranks(scores.size(), 0);
    for (std::size_t i = 0; i < order.size(); ++i)
        ranks[static_cast<std::size_t>(order[i])] = static_cast<int>(i) + 1;
    return ranks;
}

RotaryAxes rotaryAxes(const LanguageRotary& rotary) {
    const at::Tensor axes = rotary.axes().to(at::kCPU, at::kLong).contiguous(),
                     angles = rotary.anglePerPosition().to(at::kCPU, at::kDouble).contiguous();
    RotaryAxes found;
    for (std::int64_t i = 0; i < axes.numel(); ++i) {
        found.axis.push_back(static_cast<int>(axes.data_ptr<std::int64_t>()[i]));
        found.frequency.push_back(angles.data_ptr<double>()[i]);
    }
    return found;
}

/// Positions of some tokens of a prompt: [3, tokens] on the CPU.
at::Tensor positionsOf(const TokenSequence& prompt, const std::vector<std::int64_t>& tokens) {
    const at::Tensor which = at::tensor(tokens, at::kLong);
    std::vector<at::Tensor> axes;
    for (const auto& axis : prompt.positions)
        axes.push_back(at::tensor(axis, at::kLong).index_select(0, which));
    return at::stack(axes);
}

} // namespace

TokenStages::TokenStages(const VisionLanguageModel& network, const PrunePlan& plan,
                         const std::vector<PreparedImage>& images, std::vector<std::int64_t> question)
    : m_network(network), m_images(images), m_question(std::move(question)), m_stages(tokenStages(network, plan)),
      m_draws(plan.seed()) {
    m_outcome = maskCounts(plan, images);
    m_outcome.languageLayers = static_cast<int>(network.traits().config.text.layers);
    for (const PreparedImage& image : images) {
        const KeepMask& mask = image.report.mask;
        m_pictures.push_back({image.picture.grid(), mask.keptIndices(), {}, 0, mask.keptCount()});
    }
}

EncoderNeeds TokenStages::encoderNeeds() const {
    EncoderNeeds needs;
    for (const TokenStage& stage : m_stages) {
        if (stage.encoder) {
            needs |= stage.encoder->needs();
            needs.states |= mixesStates(stage);
        }
        if (stage.language)
            needs |= stage.language->needs().encoder;
    }
    return needs;
}

/// Whether rows that a stage makes go through the projector.
bool TokenStages::mixesStates(const TokenStage& stage) const {
    return m_network.vision().mixesStates() && !stage.encoder->mixesProjected();
}

std::string TokenStages::encoderStage() const {
    for (const TokenStage& stage : m_stages)
        if (stage.encoder)
            return m_outcome.plan[static_cast<std::size_t>(stage.index)];
    return {};
}

/// Input embeddings of the text that a choice looks at: all of it outside of the pictures' marks, or the question.
at::Tensor TokenStages::textRows(const TokenSequence& full, const MethodSettings& settings) const {
    const ImageTokens& marks = m_network.traits().config.tokens;
    std::vector<std::int64_t> ids = m_question;
    if (settings.find(kRelevanceText).value_or("all") != "question") {
        ids = full.ids;
        std::erase_if(ids, [&](std::int64_t id) {
            return id == marks.imagePad || id == marks.visionStart || id == marks.visionEnd;
        });
    }
    const LanguageWeights& weights = m_network.text().weights();
    return weights.embedding.rows(at::tensor(ids, at::kLong).to(weights.options.device()));
}

double TokenStages::lap() {
    synchronize(m_network.traits().device);
    return m_watch.restart();
}

ChosenTokens TokenStages::choose(const TokenSequence& full, VisionFeatures features) {
    ChosenTokens chosen;
    for (const PictureState& picture : m_pictures)
        chosen.blocks.push_back(picture.blocks);
    chosen.isMixed.assign(m_pictures.size(), false);
    const auto stage = std::ranges::find_if(m_stages, [](const TokenStage& one) { return one.encoder != nullptr; });
    if (stage == m_stages.end() || m_pictures.empty()) {
        chosen.features = std::move(features);
        return chosen;
    }
    lap();
    StageOutcome outcome;
    outcome.stage = stage->index;
    m_outcome.stages.push_back(outcome);
    const at::Tensor text = stage->encoder->needs().text ? textRows(full, stage->stage.settings) : at::Tensor();
    std::vector<VisionFeatures> parts;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        PictureState& picture = m_pictures[i];
        const auto count = static_cast<std::int64_t>(picture.blocks.size());
        const VisionFeatures own = partOf(features, first, count);
        first += count;
        const VisualTokens tokens{picture.grid,
                                  m_network.vision().tileRows(picture.grid),
                                  picture.blocks,
                                  own.merged,
                                  own.deepstack,
                                  own.traces,
                                  text};
        const int budget = tokenGoal(stage->stage.settings, static_cast<int>(count), picture.grid.count());
        const TokenChoice choice = stage->encoder->choose(tokens, budget, stage->stage.settings, m_draws);
        noteFates(i, picture.blocks, choice);
        std::vector<int> blocks;
        for (const std::int64_t kept : choice.kept)
            blocks.push_back(picture.blocks[static_cast<std::size_t>(kept)]);
        m_outcome.stages.back().images.push_back({static_cast<int>(blocks.size()), static_cast<int>(count)});
        parts.push_back(chosenOf(own, choice, mixesStates(*stage), m_network.vision()));
        picture.encoderAttention = importanceOf(parts.back().traces);
        picture.blocks = chosen.blocks[i] = std::move(blocks);
        chosen.isMixed[i] = choice.mix.has_value();
    }
    chosen.features = joined(std::move(parts));
    m_outcome.stages.back().ms = lap();
    return chosen;
}

/// What the stage that was noted last did to the tokens of a picture, which stand for `blocks`.
void TokenStages::noteFates(std::size_t picture, const std::vector<int>& blocks, const TokenChoice& choice) {
    const int stage = static_cast<int>(m_outcome.stages.size()) - 1;
    std::vector<BlockFate>& fates = m_outcome.blocks[picture];
    const auto fateOf = [&](std::size_t token) -> BlockFate& { return fates[static_cast<std::size_t>(blocks[token])]; };
    const std::vector<int> ranks = ranksOf(choice.scores);
    const int ranked = static_cast<int>(std::ranges::count_if(ranks, [](int rank) { return rank > 0; }));
    std::vector<bool> isKept(static_cast<std::size_t>(m_pictures[picture].grid.count()), false);
    for (const std::int64_t kept : choice.kept)
        isKept[static_cast<std::size_t>(blocks[static_cast<std::size_t>(kept)])] = true;
    for (std::size_t token = 0; token < blocks.size(); ++token) {
        BlockFate& fate = fateOf(token);
        if (!isKept[static_cast<std::size_t>(blocks[token])])
            fate.droppedBy = stage;
        if (!ranks.empty() && ranks[token] > 0) {
            fate.scoredBy = stage;
            fate.score = choice.scores[token];
            fate.rank = ranks[token];
            fate.ranked = ranked;
        }
        if (!choice.mergedInto.empty() && choice.mergedInto[token] >= 0)
            fate.mergedInto =
                blocks[static_cast<std::size_t>(choice.kept[static_cast<std::size_t>(choice.mergedInto[token])])];
    }
}

bool TokenStages::prunesLayers() const {
    return firstLayer() > 0 && !m_pictures.empty();
}

std::int64_t TokenStages::firstLayer() const {
    std::int64_t first = 0;
    for (const TokenStage& stage : m_stages)
        if (!stage.layers.empty() && (first == 0 || stage.layers.front() < first))
            first = stage.layers.front();
    return first;
}

void TokenStages::enterLayers(const TokenSequence& prompt, const ChosenTokens& chosen) {
    m_prompt = &prompt;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        PictureState& picture = m_pictures[i];
        picture.alive = static_cast<int>(chosen.blocks[i].size());
        if (const at::Tensor all = importanceOf(chosen.features.traces);
            !picture.encoderAttention.defined() && all.defined())
            picture.encoderAttention = all.narrow(0, first, picture.alive);
        first += picture.alive;
    }
}

TokenStages::Step TokenStages::stepBefore(std::int64_t layer) const {
    for (const TokenStage& stage : m_stages)
        for (std::size_t step = 0; step < stage.layers.size(); ++step)
            if (stage.layers[step] == layer)
                return {&stage, static_cast<int>(step)};
    return {};
}

bool TokenStages::isAsked(std::int64_t layer) const {
    return stepBefore(layer).stage != nullptr;
}

LayerNeeds TokenStages::needs(std::int64_t layer) const {
    return stepBefore(layer).stage->language->needs();
}

std::int64_t TokenStages::reusableTokens(const TokenSequence& prompt) const {
    const std::int64_t first = firstLayer();
    const LayerNeeds needs = this->needs(first);
    if (needs.ofNextLayer || needs.queries == LayerNeeds::Queries::None)
        return prompt.length() - 1;
    if (needs.queries == LayerNeeds::Queries::AllRows || prompt.images.empty())
        return 0;
    const ImageSpan& last = prompt.images.back();
    return needs.queries == LayerNeeds::Queries::LastRow ? prompt.length() - 1 : last.first + last.count;
}

std::int64_t TokenStages::cutFrom() const {
    for (const TokenStage& stage : m_stages)
        if (stage.language && stage.language->cut() != CacheCut::None)
            return stage.language->cut() == CacheCut::AllLayers ? 0 : stage.layers.front();
    return LayerPruning::cutFrom();
}

void TokenStages::begins() {
    lap();
}

void TokenStages::ended() {
    const double ms = lap();
    m_outcome.stages.back().ms = ms;
    m_layersMs += ms;
}

/// Of each picture the rows of its tokens.
std::vector<std::vector<std::int64_t>> TokenStages::visualRows(const std::vector<std::int64_t>& tokens) const {
    std::vector<int> pictureOf(m_prompt->ids.size(), -1);
    for (std::size_t picture = 0; picture < m_prompt->images.size(); ++picture)
        for (int i = 0; i < m_prompt->images[picture].count; ++i)
            pictureOf[static_cast<std::size_t>(m_prompt->images[picture].first + i)] = static_cast<int>(picture);
    std::vector<std::vector<std::int64_t>> rows(m_prompt->images.size());
    for (std::size_t row = 0; row < tokens.size(); ++row)
        if (const int picture = pictureOf[static_cast<std::size_t>(tokens[row])]; picture >= 0)
            rows[static_cast<std::size_t>(picture)].push_back(static_cast<std::int64_t>(row));
    return rows;
}

TokenChoice TokenStages::chooseOf(const LayerRows& rows, const Step& step, std::size_t picture,
                                  const std::vector<std::int64_t>& visual) {
    PictureState& state = m_pictures[picture];
    const ImageSpan& span = m_prompt->images[picture];
    LayerTokens tokens;
    tokens.layer = rows.layer;
    tokens.hidden = rows.hidden;
    tokens.visual = visual;
    const std::int64_t firstText = m_prompt->images.back().first + m_prompt->images.back().count;
    std::vector<std::int64_t> own, text;
    for (const std::int64_t row : visual)
        own.push_back(rows.tokens[static_cast<std::size_t>(row)]);
    for (std::size_t row = 0; row < rows.tokens.size(); ++row)
        if (rows.tokens[row] >= firstText) {
            tokens.text.push_back(static_cast<std::int64_t>(row));
            text.push_back(rows.tokens[row]);
        }
    for (const std::int64_t token : own)
        tokens.blocks.push_back(state.blocks[static_cast<std::size_t>(token - span.first)]);
    tokens.positions = positionsOf(*m_prompt, own);
    tokens.keys = rows.keys;
    tokens.values = rows.values;
    tokens.queries = rows.queries;
    tokens.queryRows = rows.queryRows;
    tokens.normed = rows.normed;
    const LayerNeeds needs = step.stage->language->needs();
    if (needs.embeddings) {
        std::vector<std::int64_t> all(static_cast<std::size_t>(span.count));
        std::iota(all.begin(), all.end(), std::int64_t{span.first});
        tokens.visualEmbeddings = rows.embeddings(all);
        tokens.textEmbeddings = rows.embeddings(text);
    }
    if (state.encoderAttention.defined()) {
        std::vector<std::int64_t> places;
        for (const std::int64_t token : own)
            places.push_back(token - span.first);
        tokens.encoderAttention =
            state.encoderAttention.index_select(0, at::tensor(places, at::kLong).to(state.encoderAttention.device()));
    }
    tokens.rotary = rotaryAxes(m_network.text().weights().rotary);
    if (step.index == 0)
        state.original = static_cast<int>(visual.size());
    const StepBudget budget{step.index, static_cast<int>(step.stage->layers.size()), state.original,
                            tokenGoal(step.stage->stage.settings, state.original, state.grid.count())};
    TokenChoice choice = step.stage->language->choose(tokens, budget, step.stage->stage.settings, m_draws);
    noteFates(picture, tokens.blocks, choice);
    m_outcome.stages.back().images.push_back({static_cast<int>(choice.kept.size()), static_cast<int>(visual.size())});
    state.alive = static_cast<int>(choice.kept.size());
    return choice;
}

KeptRows TokenStages::prune(const LayerRows& rows) {
    const Step step = stepBefore(rows.layer);
    StageOutcome outcome;
    outcome.stage = step.stage->index;
    outcome.layer = static_cast<int>(rows.layer);
    m_outcome.stages.push_back(std::move(outcome));
    const std::vector<std::vector<std::int64_t>> visual = visualRows(rows.tokens);
    KeptRows kept;
    RowMix mix;
    bool isMixed = false;
    std::int64_t next = 0;
    const auto keepUpTo = [&](std::int64_t end) {
        for (; next < end; ++next) {
            kept.rows.push_back(next);
            mix.add(next, 1);
            mix.endRow();
        }
    };
    for (std::size_t picture = 0; picture < visual.size(); ++picture) {
        if (visual[picture].empty()) {
            m_outcome.stages.back().images.push_back({0, 0});
            continue;
        }
        const TokenChoice choice = chooseOf(rows, step, picture, visual[picture]);
        keepUpTo(visual[picture].front());
        for (std::size_t row = 0; row < choice.kept.size(); ++row) {
            kept.rows.push_back(visual[picture][static_cast<std::size_t>(choice.kept[row])]);
            if (!choice.mix)
                mix.add(kept.rows.back(), 1);
            else
                for (std::int64_t i = choice.mix->begin[row]; i < choice.mix->begin[row + 1]; ++i)
                    mix.add(visual[picture][static_cast<std::size_t>(choice.mix->source[static_cast<std::size_t>(i)])],
                            choice.mix->weight[static_cast<std::size_t>(i)]);
            mix.endRow();
        }
        isMixed |= choice.mix.has_value();
        next = visual[picture].back() + 1;
    }
    keepUpTo(static_cast<std::int64_t>(rows.tokens.size()));
    if (isMixed)
        kept.mix = std::move(mix);
    return kept;
}

PruneOutcome TokenStages::outcome() const {
    PruneOutcome outcome = m_outcome;
    notePredictors(m_images, outcome);
    std::vector<int> blocks;
    for (const PreparedImage& image : m_images)
        blocks.push_back(image.picture.grid().count());
    outcome.equivalentTokens = equivalentTokens(tokensPerLayer(blocks, countsOf(outcome), outcome.languageLayers));
    return outcome;
}

} // namespace prunescope::model
