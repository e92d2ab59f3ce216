#include "model/engine/load_engine_within.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "model/budget/mmap_allocation.h"
#include "model/budget/prompt_budget.h"
#include "model/decode/sampler.h"
#include "model/device/device.h"
#include "model/device/torch_errors.h"
#include "model/engine/image_preparer.h"
#include "model/engine/load_network.h"
#include "model/engine/prompt_run.h"
#include "model/files/weight_check.h"
#include "model/tokenizer/answer_parser.h"

#include <c10/core/InferenceMode.h>
#include <optional>

namespace prunescope::model {

namespace {

/// Collects ids into text; whole characters go to the listener as they become known.
class TextStream {
public:
    TextStream(const BpeTokenizer& tokenizer, const AnswerEvents& events) : m_tokenizer(tokenizer), m_events(events) {}

    void push(std::int64_t id) {
        if (!m_tokenizer.isSpecial(id))
            emit(m_utf8.push(m_tokenizer.bytes(id)));
    }
    std::string finish() {
        emit(m_utf8.finish());
        return std::move(m_text);
    }

private:
    void emit(const std::string& piece) {
        if (piece.empty())
            return;
        m_text += piece;
        if (m_events.onText)
            m_events.onText(piece);
    }

    const BpeTokenizer& m_tokenizer;
    const AnswerEvents& m_events;
    Utf8Stream m_utf8;
    std::string m_text;
};

class LocalEngine final : public Engine {
public:
    LocalEngine(ModelInfo info, std::vector<std::int64_t> endTokens, BpeTokenizer tokenizer,
                std::unique_ptr<VisionLanguageModel> network, int threadCount, PromptBudget budget)
        : m_info(std::move(info)), m_endTokens(std::move(endTokens)), m_tokenizer(std::move(tokenizer)),
          m_network(std::move(network)), m_prepare(m_network->traits().device), m_prefixCache(*m_network),
          m_threads(threadCount), m_budget(std::move(budget)) {}

    const ModelInfo& info() const override { return m_info; }

    Answer answer(const Request& request, const AnswerEvents& events, std::stop_token stop) override {
        setThreads(m_threads);
        return withOwnErrors("lower max-pixels or raise tau",
                             [&] { return answerOrForget(request, events, std::move(stop)); });
    }

private:
    /// What the last prompt has left behind makes room before a prompt is refused.
    PromptBudget::Allowance require(const PromptBudget::Prompt& prompt) {
        try {
            return m_budget.require(prompt);
        } catch (const Error& e) {
            if (e.kind() != ErrorKind::OutOfMemory || m_prefixCache.isEmpty())
                throw;
        }
        m_prefixCache.clear();
        return m_budget.require(prompt);
    }

    /// What a failed prompt has left behind is of no use, and memory may be what it failed for.
    Answer answerOrForget(const Request& request, const AnswerEvents& events, std::stop_token stop) {
        try {
            return answerChecked(request, events, std::move(stop));
        } catch (...) {
            m_prefixCache.clear();
            throw;
        }
    }

    Answer answerChecked(const Request& request, const AnswerEvents& events, std::stop_token stop) {
        const Stopwatch total;
        resetPeak(m_network->traits().device);
        Answer answer = emptyAnswer(request);
        const std::vector<PreparedImage> images = prepare(request, events, answer);
        const Stopwatch handOver;
        const TokenSequence prompt = encode(request, images);
        answer.times.set(stage::kSample, handOver.ms());
        answer.promptTokensFull = unprunedTokens(prompt.length(), images);

        const RunSettings settings{request.plan, request.decoding, request.maxTokens,
                                   request.stopAtEnd ? m_endTokens : std::vector<std::int64_t>{}};
        TextStream text(m_tokenizer, events);
        if (!request.reuse)
            m_prefixCache.clear();
        const PromptBudget::Prompt sized{request, pixelLimits(request), images, prompt.length()};
        const PromptBudget::Allowance allowance = require(sized);
        answer.memory.estimatedBytes = allowance.expectedPeak;
        const MmapAllocation heap(allowance.tight);
        const RunResult run = withinBudget(sized, [&] {
            return runPrompt(
                *m_network, prompt, images, settings, m_prefixCache, events, [&](std::int64_t id) { text.push(id); },
                std::move(stop));
        });
        m_budget.setRead();
        answer.text = text.finish();
        answer.tokenIds = run.ids;
        answer.finishReason = run.finishReason;
        answer.promptTokens = run.promptTokens;
        answer.reuse = run.reuse;
        for (const auto& [name, ms] : run.times.entries())
            answer.times.add(name, ms);
        setTimeToFirstToken(answer.times);
        answer.times.set(stage::kTotal, total.ms());
        answer.memory.peakBytes = peakBytes(m_network->traits().device);
        answer.memory.kvBytes = run.kvBytes;
        // With several pictures an answer does not say which one it means; coordinates are read as on the last one.
        if (!images.empty())
            answer.regions =
                parseRegions(answer.text, images.back().source.shown, request.images.back().picture.size());
        return answer;
    }

    Answer emptyAnswer(const Request& request) const {
        Answer answer;
        answer.plan = toText(request.plan);
        answer.model = m_info.name;
        answer.device = m_info.device;
        answer.dtype = m_info.dtype;
        answer.weights = m_info.weights;
        answer.shape = m_info.shape;
        return answer;
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
            requireFiniteWeights(ModelFolder::open(m_info.folder)); // names the tensor, if it is in the files
            throw;
        }
    }

    PixelLimits pixelLimits(const Request& request) const {
        return {request.minPixels.value_or(m_info.limits.minPixels),
                request.maxPixels.value_or(m_info.limits.maxPixels), m_info.limits.geometry};
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

    TokenSequence encode(const Request& request, const std::vector<PreparedImage>& images) const {
        std::vector<BlockGrid> grids;
        for (const PreparedImage& image : images)
            grids.push_back(image.picture.grid());
        return encodePrompt(m_tokenizer, renderChat(request.messages, request.tools), grids,
                            m_network->traits().tokens);
    }

    ModelInfo m_info;
    std::vector<std::int64_t> m_endTokens;
    BpeTokenizer m_tokenizer;
    std::unique_ptr<VisionLanguageModel> m_network;
    ImagePreparer m_prepare;
    PrefixCache m_prefixCache;
    int m_threads;
    PromptBudget m_budget;
};

/// generation_config.json first, then config.json, then what the chat template ends turns with.
std::vector<std::int64_t> endTokens(const ModelFolder& folder, const ModelTraits& traits,
                                    const BpeTokenizer& tokenizer) {
    if (!folder.generation().endTokens.empty())
        return folder.generation().endTokens;
    std::vector<std::int64_t> ids = traits.endTokens;
    for (const char* token : {"<|im_end|>", "<|endoftext|>"})
        if (const auto id = tokenizer.id(token))
            ids.push_back(*id);
    return ids;
}

/// Image markers must be the same in config.json and tokenizer.json, or pictures would not be found in the prompt.
void checkTokens(const ModelFolder& folder, const ModelTraits& traits, const BpeTokenizer& tokenizer) {
    const auto same = [&](const char* token, std::int64_t expected) {
        const auto found = tokenizer.id(token);
        if (found != expected)
            throw Error(ErrorKind::BadFile, folder.file("tokenizer.json") + ": " + token + " is " +
                                                (found ? std::to_string(*found) : "missing") + ", expected " +
                                                std::to_string(expected) + " as in config.json");
    };
    same("<|image_pad|>", traits.tokens.imagePad);
    same("<|vision_start|>", traits.tokens.visionStart);
    same("<|vision_end|>", traits.tokens.visionEnd);
    if (!tokenizer.id("<|im_start|>") || !tokenizer.id("<|im_end|>"))
        throw Error(ErrorKind::BadFile,
                    folder.file("tokenizer.json") + ": <|im_start|> or <|im_end|> is missing, expected both");
    if (tokenizer.size() > traits.vocab)
        throw Error(ErrorKind::BadFile, folder.file("tokenizer.json") + ": ids up to " +
                                            std::to_string(tokenizer.size() - 1) + ", expected fewer than " +
                                            std::to_string(traits.vocab) + " (text_config.vocab_size)");
}

std::unique_ptr<Engine> makeEngine(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop,
                                   const MemoryGauge& gauge) {
    const c10::InferenceMode guard;
    std::optional<BpeTokenizer> tokenizer;
    const auto checkTokenizer = [&](const ModelFolder& folder, const ModelTraits& traits) {
        tokenizer = BpeTokenizer::load(folder.file("tokenizer.json"));
        checkTokens(folder, traits, *tokenizer);
    };
    LoadedNetwork loaded = loadNetwork(options, progress, std::move(stop), gauge, checkTokenizer);
    const ModelTraits& traits = loaded.network->traits();
    std::vector<std::int64_t> ends = endTokens(loaded.folder, traits, *tokenizer);
    PromptBudget budget(traits, loaded.mappedBytes, gauge);
    log::info("loaded " + loaded.info.name + " on " + loaded.info.device + " in " + loaded.info.dtype + ", weights " +
              loaded.info.weights);
    return std::make_unique<LocalEngine>(std::move(loaded.info), std::move(ends), std::move(*tokenizer),
                                         std::move(loaded.network), loaded.threads, std::move(budget));
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
