#include "model/engine/load_engine_within.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/log.h"
#include "model/budget/mmap_allocation.h"
#include "model/budget/prompt_budget.h"
#include "model/decode/sampler.h"
#include "model/device/device.h"
#include "model/device/torch_errors.h"
#include "model/engine/adapter_exchange.h"
#include "model/engine/image_preparer.h"
#include "model/engine/load_network.h"
#include "model/engine/prompt_run.h"
#include "model/families/chat.h"
#include "model/files/other_formats.h"
#include "model/files/weight_check.h"
#include "model/prompt/make_prompt_view.h"
#include "model/tokenizer/answer_parser.h"
#include "model/values/thought.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <optional>

namespace prunescope::model {

namespace {

/// Collects ids into text, thought and answer apart; whole characters go to the listener as they become known.
class TextStream {
public:
    /// `isOpen`: whether the prompt has opened a thought.
    TextStream(const BpeTokenizer& tokenizer, const FamilyEntry& family, const AnswerEvents& events, bool isOpen)
        : m_tokenizer(tokenizer), m_family(family), m_events(events), m_strips(tokenizer.stripsLeadingSpace()),
          m_splitter(isOpen) {}

    void push(std::int64_t id) {
        std::string_view bytes = m_tokenizer.bytes(id);
        if (m_tokenizer.isSpecial(id) && std::ranges::find(m_family.shownTokens, bytes) == m_family.shownTokens.end())
            return;
        if (std::exchange(m_strips, false) && bytes.starts_with(' '))
            bytes.remove_prefix(1);
        add(m_splitter.push(m_utf8.push(bytes)));
    }
    void finish(Answer& answer) {
        add(m_splitter.push(m_utf8.finish()));
        add(m_splitter.finish());
        answer.thought = std::move(m_written.thought);
        answer.text = std::move(m_written.answer);
    }

private:
    void add(const WrittenText& piece) {
        if (piece.isAnew) {
            m_written = piece;
            if (m_events.onRewritten)
                m_events.onRewritten(piece);
            return;
        }
        add(piece.thought, m_written.thought, m_events.onThought);
        add(piece.answer, m_written.answer, m_events.onText);
    }
    static void add(const std::string& piece, std::string& whole, const std::function<void(std::string_view)>& listen) {
        whole += piece;
        if (!piece.empty() && listen)
            listen(piece);
    }

    const BpeTokenizer& m_tokenizer;
    const FamilyEntry& m_family;
    const AnswerEvents& m_events;
    bool m_strips; ///< the first text loses the space it begins with
    Utf8Stream m_utf8;
    ThoughtSplitter m_splitter;
    WrittenText m_written;
};

/// What stages leave of tokens of a prompt that has not run.
std::vector<std::string> laterStages(const PrunePlan& plan, const std::vector<PreparedImage>& images, int layers) {
    std::vector<MaskedGrid> grids;
    for (const PreparedImage& image : images)
        grids.push_back({image.picture.grid(), image.report.mask.keptCount(), image.fullBlocks});
    std::vector<std::string> lines;
    for (const StageCounts& counts : expectedCounts(plan, grids, layers)) {
        const PruneStage& stage = plan.stages.at(static_cast<std::size_t>(counts.stage));
        if (looksAtPixels(stage))
            continue;
        BlockCounts sum;
        for (const BlockCounts& image : counts.images)
            sum = {sum.kept + image.kept, sum.all + image.all};
        lines.push_back((counts.layer > 0 ? "before layer " + std::to_string(counts.layer) : "after the encoder") +
                        " " + std::string(stage.settings.method()) + (counts.exact ? " leaves " : " leaves about ") +
                        formatCount(sum.kept) + " of " + formatCounted(sum.all, "image token"));
    }
    return lines;
}

/// The words of the last message of people.
std::string lastQuestion(const Request& request) {
    std::string words;
    for (const Message& message : request.messages)
        if (message.role == "user") {
            words.clear();
            for (const Part& part : message.parts)
                words += part.text;
        }
    return words;
}

class LocalEngine final : public Engine {
public:
    LocalEngine(LoadedNetwork loaded, std::vector<std::int64_t> endTokens, BpeTokenizer tokenizer, Chat chat,
                MemoryGauge gauge)
        : m_info(std::move(loaded.info)), m_family(*loaded.family), m_endTokens(std::move(endTokens)),
          m_tokenizer(std::move(tokenizer)), m_network(std::move(loaded.network)),
          m_prepare(m_network->traits().device), m_prefixCache(*m_network), m_threads(loaded.threads),
          m_chat(std::move(chat)), m_budget(m_network->traits(), loaded.weights->mappedBytes(), gauge),
          m_adapters(std::move(loaded.folder), std::move(loaded.weights), std::move(gauge)) {}

    const ModelInfo& info() const override { return m_info; }

    void setAdapter(const std::string& folder, const LoadProgress& progress, std::stop_token stop) override {
        requireNetwork();
        setThreads(m_threads);
        const c10::InferenceMode guard;
        withOwnErrors("load the model in int8 or int4", [&] {
            m_prefixCache.reset(); // it is of the network that goes
            try {
                m_adapters.exchange(m_network, m_info, folder, progress, std::move(stop));
            } catch (...) {
                followNetwork();
                throw;
            }
            followNetwork();
        });
    }

    Answer answer(const Request& request, const AnswerEvents& events, std::stop_token stop) override {
        requireNetwork();
        setThreads(m_threads);
        return withOwnErrors("lower max-pixels or raise tau",
                             [&] { return answerOrForget(request, events, std::move(stop)); });
    }

    PromptView showPrompt(const Request& request) override {
        requireNetwork();
        return withOwnErrors("lower max-pixels or raise tau", [&] { return viewOf(request); });
    }

    int textTokens(const Request& request) override {
        requireNetwork();
        return withOwnErrors("lower max-pixels or raise tau", [&] {
            const std::vector<BlockGrid> smallest(request.images.size(), BlockGrid{1, 1});
            const ImageTokens& tokens = m_network->traits().config.tokens;
            const TokenSequence prompt = encodePrompt(m_tokenizer, render(request), smallest, tokens);
            return prompt.length() - static_cast<int>(smallest.size());
        });
    }

    std::vector<float> firstLogits(const Request& request, std::stop_token stop) override {
        Request one = request;
        one.maxTokens = 1;
        std::vector<float> logits;
        m_onFirstLogits = [&](const at::Tensor& row) {
            const at::Tensor host = row.to(at::kCPU, at::kFloat).contiguous();
            logits.assign(host.data_ptr<float>(), host.data_ptr<float>() + host.numel());
        };
        const auto listensNoMore = [this](const void*) { m_onFirstLogits = {}; };
        const std::unique_ptr<const void, decltype(listensNoMore)> guard(this, listensNoMore);
        const Answer unread = answer(one, {}, std::move(stop));
        if (logits.empty())
            throw Error(ErrorKind::Cancelled, "stopped");
        return logits;
    }

private:
    /// There is none after an exchange of adapters where not even the one before could be read again.
    void requireNetwork() const {
        if (!m_network)
            throw Error(ErrorKind::Usage, m_info.folder + ": its weights could not be read again: load the model anew");
    }

    /// What belongs to one network is that of the new one from now on.
    void followNetwork() {
        if (!m_network)
            return;
        m_prefixCache.emplace(*m_network);
        m_budget.setWeights(m_network->traits(), m_adapters.mappedBytes());
    }

    /// The images are prepared on the host, with the same masks: their pixels are to be seen.
    PromptView viewOf(const Request& request) const {
        const PruneStage& stage = request.plan.pixelStage();
        requirePlan(*m_network, request.plan);
        std::vector<PreparedImage> images;
        ReferenceRandom draws(request.plan.seed());
        for (const ImageInput& input : request.images)
            images.push_back(prepareImage(input, request.plan, pixelLimits(request), request.resize, draws));
        const std::vector<PromptPiece> pieces = render(request);
        const TokenSequence full = encode(pieces, images);
        PromptView view = makePromptView(pieces, full, keepBlocks(full, masksOf(images)), images, m_tokenizer);
        view.plan = toText(request.plan);
        view.place = placeText(stage.place, stage.layer);
        view.later = laterStages(request.plan, images, m_info.shape.languageLayers);
        view.model = m_info.name;
        view.chatTemplate = m_info.chatTemplate;
        return view;
    }

    /// What the last prompt has left behind makes room before a prompt is refused.
    PromptBudget::Allowance require(const PromptBudget::Prompt& prompt) {
        try {
            return m_budget.require(prompt);
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::OutOfMemory || m_prefixCache->isEmpty())
                throw;
        }
        m_prefixCache->clear();
        return m_budget.require(prompt);
    }

    /// What a failed prompt has left behind is of no use, and memory may be what it failed for.
    Answer answerOrForget(const Request& request, const AnswerEvents& events, std::stop_token stop) {
        try {
            return answerChecked(request, events, std::move(stop));
        } catch (...) {
            m_prefixCache->clear();
            throw;
        }
    }

    Answer answerChecked(const Request& request, const AnswerEvents& events, std::stop_token stop) {
        const Stopwatch total;
        resetPeak(m_network->traits().device);
        Answer answer = emptyAnswer(request);
        const std::vector<PreparedImage> images = prepare(request, events, answer);
        const Stopwatch handOver;
        const std::vector<PromptPiece> pieces = render(request);
        const TokenSequence prompt = encode(pieces, images);
        answer.times.set(stage::kSample, handOver.ms());
        answer.promptTokensFull = unprunedTokens(prompt.length(), images);

        const RunSettings settings{request.plan,      request.decoding,
                                   request.maxTokens, request.stopAtEnd ? m_endTokens : std::vector<std::int64_t>{},
                                   m_onFirstLogits,   questionIds(request)};
        TextStream text(m_tokenizer, m_family, events, opensThought(pieces));
        if (!request.reuse)
            m_prefixCache->clear();
        const PromptBudget::Prompt sized{request, pixelLimits(request), images, prompt.length()};
        const PromptBudget::Allowance allowance = require(sized);
        answer.memory.estimatedBytes = allowance.expectedPeak;
        const MmapAllocation heap(allowance.tight);
        const RunResult run = withinBudget(sized, [&] {
            return runPrompt(
                *m_network, prompt, images, settings, *m_prefixCache, events, [&](std::int64_t id) { text.push(id); },
                std::move(stop));
        });
        m_budget.setRead();
        text.finish(answer);
        answer.tokenIds = run.ids;
        answer.finishReason = run.finishReason;
        answer.promptTokens = run.promptTokens;
        answer.reuse = run.reuse;
        answer.pruning = run.pruning;
        for (const auto& [name, ms] : run.times.entries())
            answer.times.add(name, ms);
        setTimeToFirstToken(answer.times);
        answer.times.set(stage::kTotal, total.ms());
        answer.memory.peakBytes = peakBytes(m_network->traits().device);
        answer.memory.kvBytes = run.kvBytes;
        answer.memory.stateBytes = run.stateBytes;
        if (!images.empty())
            setPlaces(answer, request, images.back());
        return answer;
    }

    /// With several pictures an answer does not say which one it means; coordinates are read as on the last one.
    void setPlaces(Answer& answer, const Request& request, const PreparedImage& last) const {
        PlaceScale scale{last.source.shown, request.images.back().picture.size()};
        if (m_info.coordinates == CoordinateScale::ResizedPixels)
            scale.units = last.picture.grid().size();
        NamedPlaces places = parseRegions(answer.text, scale, asksForPlace(lastQuestion(request)));
        answer.regions = std::move(places.regions);
        answer.unread = std::move(places.unread);
        for (Region& region : answer.regions)
            region.picture = static_cast<int>(request.images.size()) - 1;
    }

    Answer emptyAnswer(const Request& request) const {
        Answer answer;
        answer.plan = toText(request.plan);
        answer.model = m_info.name;
        answer.adapter = m_info.adapter;
        answer.thinking = thinks(request);
        answer.device = m_info.device;
        answer.dtype = m_info.dtype;
        answer.weights = m_info.weights;
        answer.shape = m_info.shape;
        return answer;
    }

    /// Whether it is to think; nothing of a model that can't.
    std::optional<bool> thinks(const Request& request) const {
        if (m_info.thinking == Thinking::Never)
            return std::nullopt;
        return m_info.thinking == Thinking::Always || request.thinking.value_or(false);
    }

    /// Runs `work`; where memory runs out all the same, or the output shows that weights are damaged, the error says
    /// what to do.
    template <typename Work>
    RunResult withinBudget(const PromptBudget::Prompt& prompt, Work&& work) const {
        try {
            return work();
        } catch (const c10::Error& e) {
            if (isOutOfMemory(e))
                m_budget.refuse(prompt, firstLine(e));
            throw;
        } catch (const std::bad_alloc&) {
            m_budget.refuse(prompt, "an allocation failed");
        } catch (const DamagedOutput&) {
            requireFiniteWeights(ModelFolder::open(m_info.folder).weights()); // names the tensor, if it is in the files
            throw;
        }
    }

    PixelLimits pixelLimits(const Request& request) const {
        PixelLimits limits = m_info.limits;
        limits.minPixels = request.minPixels.value_or(limits.minPixels);
        limits.maxPixels = request.maxPixels.value_or(limits.maxPixels);
        return limits;
    }

    std::vector<PreparedImage> prepare(const Request& request, const AnswerEvents& events, Answer& answer) const {
        const PixelLimits limits = pixelLimits(request);
        if (events.onStage && !request.images.empty())
            events.onStage(stage::kPreprocess);
        std::vector<PreparedImage> images;
        answer.times.set(stage::kPreprocess, 0);
        answer.times.set(stage::kSelect, 0);
        ReferenceRandom draws(request.plan.seed());
        for (const ImageInput& input : request.images) {
            images.push_back(m_prepare(input, request.plan, limits, request.resize, draws));
            answer.images.push_back(images.back().report);
            answer.times.add(stage::kPreprocess, images.back().report.times.ms(stage::kResize));
            answer.times.add(stage::kSelect, images.back().report.times.ms(stage::kSelect));
        }
        return images;
    }

    std::vector<PromptPiece> render(const Request& request) const {
        ChatOptions options;
        options.thinking = request.thinking.value_or(false);
        if (options.thinking && m_chat.thinking() == Thinking::Never)
            throw Error(ErrorKind::Usage, "thinking is asked for, but " + m_info.name +
                                              " can't: its chat template has no place for thoughts");
        return m_chat.render(request.messages, request.tools, options);
    }

    std::vector<std::int64_t> questionIds(const Request& request) const {
        return m_tokenizer.encode(lastQuestion(request), false, false);
    }

    TokenSequence encode(const std::vector<PromptPiece>& pieces, const std::vector<PreparedImage>& images) const {
        std::vector<BlockGrid> grids;
        for (const PreparedImage& image : images)
            grids.push_back(image.picture.grid());
        return encodePrompt(m_tokenizer, pieces, grids, m_network->traits().config.tokens);
    }

    ModelInfo m_info;
    const FamilyEntry& m_family;
    std::vector<std::int64_t> m_endTokens;
    BpeTokenizer m_tokenizer;
    std::unique_ptr<VisionLanguageModel> m_network; ///< nullptr after it could not be read again
    ImagePreparer m_prepare;
    std::optional<PrefixCache> m_prefixCache; ///< nothing where there is no network
    int m_threads;
    Chat m_chat;
    PromptBudget m_budget;
    AdapterExchange m_adapters;
    std::function<void(const at::Tensor&)> m_onFirstLogits; ///< while somebody wants them
};

std::unique_ptr<Engine> makeEngine(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop,
                                   const MemoryGauge& gauge) {
    const c10::InferenceMode guard;
    std::optional<BpeTokenizer> tokenizer;
    const auto checkTokenizer = [&](const ModelFolder& folder, const FamilyEntry& family, ModelConfig& config) {
        tokenizer = folder.tokenizer();
        config.tokens = resolvedTokens(config, family, *tokenizer, folder.tokenizerPath());
    };
    LoadedNetwork loaded = loadNetwork(options, progress, std::move(stop), gauge, checkTokenizer);
    const ModelTexts& texts = loaded.folder.texts();
    std::vector<std::int64_t> ends =
        endTokens(texts, loaded.network->traits().config, *loaded.family, *tokenizer, loaded.info.notes);
    log::info("loaded " + loaded.info.name + " on " + loaded.info.device + " in " + loaded.info.dtype + ", weights " +
              loaded.info.weights);
    Chat chat(*loaded.family, texts);
    loaded.info.thinking = chat.thinking();
    loaded.info.chatTemplate = chat.source();
    loaded.info.notes.insert(loaded.info.notes.end(), chat.notes().begin(), chat.notes().end());
    return std::make_unique<LocalEngine>(std::move(loaded), std::move(ends), std::move(*tokenizer), std::move(chat),
                                         gauge);
}

} // namespace

std::unique_ptr<Engine> loadEngine(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop) {
    return loadEngineWithin(freeMemory, options, progress, std::move(stop));
}

std::unique_ptr<Engine> loadEngineWithin(const MemoryGauge& gauge, const LoadOptions& options,
                                         const LoadProgress& progress, std::stop_token stop) {
    return withOwnErrors("choose a smaller model, another device or bfloat16",
                         [&] { return makeEngine(options, progress, std::move(stop), gauge); });
}

} // namespace prunescope::model
