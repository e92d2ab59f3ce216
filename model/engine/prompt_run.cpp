#include "model/engine/prompt_run.h"

#include "core/base/error.h"
#include "model/budget/prompt_budget.h"
#include "model/decode/sampler.h"
#include "model/device/device.h"

#include <algorithm>
#include <c10/core/DeviceGuard.h>
#include <c10/core/InferenceMode.h>

namespace prunescope::model {

namespace {

/// Room left for the answer. Positions of pruned prompts reach further than their length.
int answerRoom(const VisionLanguageModel& network, const TokenSequence& prompt, int maxTokens) {
    const std::int64_t used = std::max<std::int64_t>(prompt.length(), prompt.nextPosition);
    const std::int64_t room = network.traits().config.text.maxPositions - used;
    if (room < 1)
        throw Error(ErrorKind::BadInput, "the prompt has " + std::to_string(used) +
                                             " tokens, more than the model's context of " +
                                             std::to_string(network.traits().config.text.maxPositions) +
                                             ": shorten it, prune more or lower max-pixels");
    return static_cast<int>(std::min<std::int64_t>(maxTokens, room));
}

/// Chooses tokens from device logits; a plain greedy choice never leaves the device but for the id.
class Chooser {
public:
    Chooser(const Decoding& decoding, const std::vector<std::int64_t>& promptIds) : m_sampler(decoding, promptIds) {}

    bool isPlainGreedy() const { return m_sampler.isPlainGreedy(); }

    std::int64_t next(const at::Tensor& logits) {
        if (m_sampler.isPlainGreedy() && m_checked)
            return logits.argmax().item<std::int64_t>();
        if (const int count = m_sampler.bestAreEnough(); count > 0 && count < logits.numel())
            return nextOfBest(logits.to(at::kFloat), count);
        m_checked = true; // damaged weights show in the first logits
        const at::Tensor host = logits.to(at::kCPU, at::kFloat).contiguous();
        std::vector<float> values(host.data_ptr<float>(), host.data_ptr<float>() + host.numel());
        return m_sampler.next(values);
    }

private:
    /// Picks them out on the device: a few numbers cross over, not one for each id. NaN leaves nothing to choose from.
    std::int64_t nextOfBest(const at::Tensor& logits, int count) {
        const at::Tensor last = std::get<0>(at::topk(logits, count)).min();
        const at::Tensor ids = (logits >= last).nonzero().squeeze(1);
        const at::Tensor values = logits.index_select(0, ids).to(at::kCPU), chosen = ids.to(at::kCPU);
        const auto size = static_cast<std::size_t>(chosen.numel());
        return m_sampler.nextOf({chosen.data_ptr<std::int64_t>(), chosen.data_ptr<std::int64_t>() + size},
                                {values.data_ptr<float>(), values.data_ptr<float>() + size});
    }

    Sampler m_sampler;
    bool m_checked = false;
};

class Run {
public:
    Run(const VisionLanguageModel& network, const RunSettings& settings, PrefixCache& prefixCache,
        const AnswerEvents& events, const IdSink& onId, std::stop_token stop)
        : m_network(network), m_settings(settings), m_prefixCache(prefixCache), m_events(events),
          m_onId(onId), m_observer{{}, std::move(stop)} {}

    RunResult operator()(const TokenSequence& full, const std::vector<PreparedImage>& images) {
        const Stopwatch handOver;
        TokenSequence prompt = keepBlocks(full, masksOf(images));
        TokenStages stages(m_network, m_settings.plan, images, m_settings.question);
        if (!stages.dropsTokens()) // else there may be room yet
            answerRoom(m_network, prompt, m_settings.maxTokens);
        m_result.times.set(stage::kSample, handOver.ms());
        try {
            const ChosenTokens chosen = choose(full, images, stages);
            if (!images.empty())
                prompt = keepTokens(full, chosen.blocks);
            const int room = answerRoom(m_network, prompt, m_settings.maxTokens);
            m_result.promptTokens = prompt.length();
            const std::int64_t first = firstToken(prompt, chosen, stages, room);
            decode(first, prompt.nextPosition, room);
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::Cancelled)
                throw;
            m_result.finishReason = FinishReason::Cancelled;
        }
        m_result.pruning = stages.outcome();
        m_result.kvBytes = m_prefixCache.cache().sizeBytes();
        m_result.stateBytes = m_prefixCache.cache().stateBytes();
        m_result.reuse = m_prefixCache.reuse();
        return m_result;
    }

private:
    void begin(std::string_view stage) const {
        if (m_events.onStage)
            m_events.onStage(stage);
    }

    double lap(Stopwatch& watch) const {
        synchronize(m_network.traits().device);
        return watch.restart();
    }

    /// Runs the encoder and what chooses among its tokens.
    ChosenTokens choose(const TokenSequence& full, const std::vector<PreparedImage>& images, TokenStages& stages) {
        begin(stage::kVit);
        Stopwatch watch;
        VisionFeatures features = m_prefixCache.encode(images, m_settings.plan, stages.encoderNeeds(), m_observer);
        m_result.times.set(stage::kVit, lap(watch));
        ChosenTokens chosen = stages.choose(full, std::move(features));
        for (std::size_t i = 0; i < chosen.isMixed.size(); ++i)
            if (chosen.isMixed[i])
                m_prefixCache.hasMixed(i, stages.encoderStage());
        if (stages.dropsTokens())
            m_result.times.set(stage::kMethod, lap(watch));
        return chosen;
    }

    std::int64_t firstToken(const TokenSequence& prompt, const ChosenTokens& chosen, TokenStages& stages, int room) {
        begin(stage::kPrefill);
        Stopwatch watch;
        PrefixCache::LayerCuts cuts;
        if (stages.prunesLayers()) {
            stages.enterLayers(prompt, chosen);
            cuts = {stages.firstLayer(), stages.reusableTokens(prompt)};
        }
        KvCache& cache = m_prefixCache.cacheFor(prompt, std::min(room, kReservedAnswerTokens), cuts);
        const at::Tensor logits =
            m_network.prefill(prompt, chosen.features, cache, m_observer, cuts.first > 0 ? &stages : nullptr);
        m_prefixCache.hasRun(prompt);
        m_result.times.set(stage::kPrefill, lap(watch) - stages.layersMs());
        if (stages.dropsTokens())
            m_result.times.add(stage::kMethod, stages.layersMs());
        if (m_settings.onFirstLogits)
            m_settings.onFirstLogits(logits);
        begin(stage::kSample);
        m_chooser.emplace(m_settings.decoding, prompt.ids);
        const std::int64_t id = m_chooser->next(logits);
        m_result.times.add(stage::kSample, lap(watch));
        return id;
    }

    void decode(std::int64_t id, std::int64_t position, int room) {
        begin(stage::kDecodePerToken);
        const Stopwatch watch;
        int steps = 0;
        while (accept(id) && static_cast<int>(m_result.ids.size()) < room) {
            m_observer.checkStop();
            id = nextToken(id, position++);
            m_result.times.set(stage::kDecodePerToken, watch.ms() / ++steps);
        }
    }

    std::int64_t nextToken(std::int64_t id, std::int64_t position) {
        if (m_chooser->isPlainGreedy())
            if (const auto chosen = m_network.decodeGreedy(id, position, m_prefixCache.cache())) {
                m_prefixCache.hasRun(id, position);
                return *chosen;
            }
        const at::Tensor logits = m_network.decode(id, position, m_prefixCache.cache());
        m_prefixCache.hasRun(id, position);
        return m_chooser->next(logits);
    }

    /// False at the end of the answer.
    bool accept(std::int64_t id) {
        const auto& ends = m_settings.endTokens;
        if (std::find(ends.begin(), ends.end(), id) != ends.end()) {
            m_result.finishReason = FinishReason::Stop;
            return false;
        }
        m_result.ids.push_back(id);
        if (m_onId)
            m_onId(id);
        return true;
    }

    const VisionLanguageModel& m_network;
    const RunSettings& m_settings;
    PrefixCache& m_prefixCache;
    const AnswerEvents& m_events;
    const IdSink& m_onId;
    Observer m_observer;
    std::optional<Chooser> m_chooser;
    RunResult m_result;
};

} // namespace

RunResult runPrompt(const VisionLanguageModel& network, const TokenSequence& full,
                    const std::vector<PreparedImage>& images, const RunSettings& settings, PrefixCache& prefixCache,
                    const AnswerEvents& events, const IdSink& onId, std::stop_token stop) {
    const c10::InferenceMode guard;
    const c10::DeviceGuard current(network.traits().device); // our own kernels run on the current GPU
    requirePlan(network, settings.plan);
    return Run(network, settings, prefixCache, events, onId, std::move(stop))(full, images);
}

void setTimeToFirstToken(StageTimes& times) {
    times.set(stage::kTtft, times.ms(stage::kPreprocess) + times.ms(stage::kSelect) + times.ms(stage::kVit) +
                                times.ms(stage::kMethod) + times.ms(stage::kPrefill) + times.ms(stage::kSample));
}

} // namespace prunescope::model
