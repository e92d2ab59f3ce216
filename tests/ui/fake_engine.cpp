#include "tests/ui/fake_engine.h"

#include "core/base/error.h"
#include "model/families/families.h"
#include "model/prompt/make_prompt_view.h"
#include "model/values/thought.h"
#include "tests/support/golden.h"
#include "tests/ui/fake_outcome.h"

#include <numeric>

namespace prunescope::test {

void FakeScript::setPieces(std::vector<std::string> pieces) {
    const std::lock_guard lock(m_mutex);
    m_pieces = std::move(pieces);
}

void FakeScript::setRegions(std::vector<model::Region> regions) {
    const std::lock_guard lock(m_mutex);
    m_regions = std::move(regions);
}

void FakeScript::setCloserRegions(std::vector<model::Region> regions) {
    const std::lock_guard lock(m_mutex);
    m_closerRegions = std::move(regions);
}

void FakeScript::setRegionsUnder(const std::string& method, std::vector<model::Region> regions) {
    const std::lock_guard lock(m_mutex);
    m_regionsUnder[method] = std::move(regions);
}

void FakeScript::refuse(const std::string& method, const std::string& message) {
    const std::lock_guard lock(m_mutex);
    m_refused[method] = message;
}

void FakeScript::setUnread(std::vector<model::UnreadPlace> unread) {
    const std::lock_guard lock(m_mutex);
    m_unread = std::move(unread);
}

void FakeScript::setReuse(model::Reuse reuse) {
    const std::lock_guard lock(m_mutex);
    m_reuse = reuse;
}

void FakeScript::setInfo(std::function<void(model::ModelInfo&)> change) {
    const std::lock_guard lock(m_mutex);
    m_changeInfo = std::move(change);
}

void FakeScript::hold() {
    const std::lock_guard lock(m_mutex);
    m_held = true;
}

void FakeScript::holdFrom(std::size_t request) {
    const std::lock_guard lock(m_mutex);
    m_holdFrom = request;
}

void FakeScript::holdLoad() {
    const std::lock_guard lock(m_mutex);
    m_loadHeld = true;
}

void FakeScript::release() {
    {
        const std::lock_guard lock(m_mutex);
        m_held = m_loadHeld = false;
        m_holdFrom.reset();
    }
    m_changed.notify_all();
}

void FakeScript::failWith(const std::string& message) {
    const std::lock_guard lock(m_mutex);
    m_failure = message;
}

void FakeScript::failLoadWith(const std::string& message) {
    const std::lock_guard lock(m_mutex);
    m_loadFailure = message;
}

std::vector<model::Request> FakeScript::requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

int FakeScript::loads() const {
    const std::lock_guard lock(m_mutex);
    return m_loads;
}

std::vector<model::Request> FakeScript::shownPrompts() const {
    const std::lock_guard lock(m_mutex);
    return m_shownPrompts;
}

bool FakeScript::wait(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_held; });
    return stop.stop_requested();
}

void FakeScript::load(const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, stop, [this] { return !m_loadHeld; });
    if (stop.stop_requested())
        throw Error(ErrorKind::Cancelled, "loading was cancelled");
    if (!m_loadFailure.empty())
        throw Error(ErrorKind::BadFile, m_loadFailure);
}

namespace {

const model::BpeTokenizer& tokenizer() {
    static const auto loaded =
        model::BpeTokenizer::load((dataFolder() / "qwen3vl" / "model" / "tokenizer.json").string());
    return loaded;
}

std::vector<model::PromptPiece> pieceOf(const model::Part& part) {
    if (part.kind == model::Part::Kind::Image)
        return {{"<|vision_start|><|image_pad|><|vision_end|>", true}};
    return {{part.text, false}};
}

std::vector<model::PromptPiece> chatOf(const std::vector<model::Message>& messages) {
    std::vector<model::PromptPiece> pieces;
    for (const model::Message& message : messages) {
        pieces.push_back({"<|im_start|>" + message.role + "\n", true});
        for (const model::Part& part : message.parts)
            for (model::PromptPiece& piece : pieceOf(part))
                pieces.push_back(std::move(piece));
        pieces.push_back({"<|im_end|>\n", true});
    }
    pieces.push_back({"<|im_start|>assistant\n", true});
    return pieces;
}

} // namespace

/// Makes the mask for real, so that what is shown can be compared with what was run; the words are the script's.
class FakeEngine final : public model::Engine {
public:
    FakeEngine(std::shared_ptr<FakeScript> script, const model::LoadOptions& options) : m_script(std::move(script)) {
        m_info.name = "Qwen3-VL-2B-Instruct";
        m_info.folder = options.folder;
        m_info.adapterFolder = options.adapter == "none" ? std::string() : options.adapter;
        m_info.device = "cpu";
        m_info.dtype = "float32";
        m_info.weights = "native";
        m_info.shape = model::findModelShape("qwen3-vl-2b");
        m_info.parameters = 2127532032;
        m_info.weightBytes = 4255064064;
        m_info.maxPositions = 262144;
        const std::lock_guard lock(m_script->m_mutex);
        ++m_script->m_loads;
        if (m_script->m_changeInfo)
            m_script->m_changeInfo(m_info);
    }

    const model::ModelInfo& info() const override { return m_info; }

    void setAdapter(const std::string& folder, const model::LoadProgress& progress, std::stop_token stop) override {
        progress(0.5);
        m_script->load(stop);
        m_info.adapterFolder = folder == "none" ? std::string() : folder;
    }

    model::Answer answer(const model::Request& request, const model::AnswerEvents& wanted,
                         std::stop_token stop) override {
        const model::AnswerEvents events = heard(wanted);
        model::Answer answer = begin(request);
        for (const std::string_view name : {stage::kPreprocess, stage::kSelect, stage::kVit, stage::kPrefill})
            events.onStage(name);
        model::ThoughtSplitter splitter(answer.thinking.value_or(false));
        for (const std::string& piece : pieces()) {
            add(splitter.push(piece), events, answer);
            answer.tokenIds.push_back(static_cast<std::int64_t>(answer.tokenIds.size()));
            if (m_script->wait(stop)) {
                answer.finishReason = model::FinishReason::Cancelled;
                break;
            }
        }
        add(splitter.finish(), events, answer);
        measure(answer);
        return answer;
    }

    /// Made for real of a small vocabulary.
    model::PromptView showPrompt(const model::Request& request) override {
        remember(request);
        std::vector<model::PreparedImage> images;
        std::vector<BlockGrid> grids;
        ReferenceRandom draws(request.plan.seed());
        for (const model::ImageInput& image : request.images) {
            images.push_back(model::prepareImage(image, request.plan, m_info.limits, true, draws));
            grids.push_back(images.back().picture.grid());
        }
        const auto pieces = chatOf(request.messages);
        const model::ImageTokens marks{tokenizer().id("<|image_pad|>").value(),
                                       tokenizer().id("<|vision_start|>").value(),
                                       tokenizer().id("<|vision_end|>").value()};
        const model::TokenSequence full = model::encodePrompt(tokenizer(), pieces, grids, marks);
        auto view =
            model::makePromptView(pieces, full, model::keepBlocks(full, model::masksOf(images)), images, tokenizer());
        view.chatTemplate = m_info.chatTemplate;
        return view;
    }

    int textTokens(const model::Request& request) override {
        int tokens = 0;
        for (const model::PromptPiece& piece : chatOf(request.messages))
            tokens += static_cast<int>(tokenizer().encode(piece.text, piece.fromTemplate, false).size());
        return tokens - static_cast<int>(request.images.size());
    }

private:
    /// The same events, none of them empty.
    static model::AnswerEvents heard(model::AnswerEvents events) {
        const auto ignore = [](auto&&...) {};
        for (auto* event : {&events.onText, &events.onStage, &events.onThought})
            if (!*event)
                *event = ignore;
        if (!events.onRewritten)
            events.onRewritten = ignore;
        return events;
    }

    static void add(const model::WrittenText& piece, const model::AnswerEvents& events, model::Answer& answer) {
        if (piece.isAnew) {
            answer.thought = piece.thought;
            answer.text = piece.answer;
            return events.onRewritten(piece);
        }
        if (!piece.thought.empty())
            events.onThought(piece.thought);
        if (!piece.answer.empty())
            events.onText(piece.answer);
        answer.thought += piece.thought;
        answer.text += piece.answer;
    }

    void remember(const model::Request& request) {
        const std::lock_guard lock(m_script->m_mutex);
        m_script->m_shownPrompts.push_back(request);
        if (!m_script->m_failure.empty())
            throw Error(ErrorKind::OutOfMemory, m_script->m_failure);
    }

    model::Answer begin(const model::Request& request) {
        const std::lock_guard lock(m_script->m_mutex);
        m_script->m_requests.push_back(request);
        if (m_script->m_holdFrom && m_script->m_requests.size() >= *m_script->m_holdFrom)
            m_script->m_held = true;
        if (!m_script->m_failure.empty())
            throw Error(ErrorKind::OutOfMemory, m_script->m_failure);
        for (const PruneStage& stage : request.plan.stages)
            if (const auto refused = m_script->m_refused.find(std::string(stage.settings.method()));
                refused != m_script->m_refused.end())
                throw Error(ErrorKind::Usage, refused->second);
        model::Answer answer;
        const bool isCloser =
            m_script->m_closerRegions && !request.images.empty() && !request.images.back().region.empty();
        answer.regions = isCloser ? *m_script->m_closerRegions : m_script->m_regions;
        for (const PruneStage& stage : request.plan.stages)
            if (const auto under = m_script->m_regionsUnder.find(std::string(stage.settings.method()));
                under != m_script->m_regionsUnder.end())
                answer.regions = under->second;
        answer.unread = m_script->m_unread;
        if (request.reuse)
            answer.reuse = m_script->m_reuse;
        for (const model::ImageInput& image : request.images)
            answer.images.push_back(reportOf(image, request.plan));
        answer.plan = toText(request.plan);
        answer.pruning = fakeOutcome(request.plan, answer.images, m_info.shape.languageLayers);
        answer.model = m_info.name;
        if (m_info.thinking != model::Thinking::Never)
            answer.thinking = m_info.thinking == model::Thinking::Always || request.thinking.value_or(false);
        answer.device = m_info.device;
        answer.dtype = m_info.dtype;
        answer.weights = m_info.weights;
        answer.shape = m_info.shape;
        return answer;
    }

    MaskReport reportOf(const model::ImageInput& image, const PrunePlan& plan) const {
        const Picture shown = image.region.empty() ? image.picture : image.picture.cropped(image.region);
        const PixelBlocks blocks(resizeForModel(shown, m_info.limits), m_info.limits.geometry);
        const MethodSettings& settings = plan.pixelStage().settings;
        return {image.name, image.picture.size(), settings, makeMask(blocks, settings), {}};
    }

    std::vector<std::string> pieces() const {
        const std::lock_guard lock(m_script->m_mutex);
        return m_script->m_pieces;
    }

    // Times as a graphics card would have them: proportional to the work.
    void measure(model::Answer& answer) const {
        std::vector<int> blocks;
        for (const MaskReport& image : answer.images)
            blocks.push_back(image.mask.count());
        std::vector<StageCounts> stages;
        for (const model::StageOutcome& done : answer.pruning.stages)
            stages.push_back({done.stage, done.layer, done.images});
        constexpr int kText = 50;
        answer.promptTokens = tokensPerLayer(blocks, stages, 1).front() + kText;
        answer.promptTokensFull = std::accumulate(blocks.begin(), blocks.end(), kText);
        const PromptFlops flops = planFlops(m_info.shape, parsePlan(answer.plan), blocks, stages, kText);
        const double methodMs = answer.pruning.methodMs();
        const std::pair<std::string_view, double> times[]{{stage::kPreprocess, 1.2},
                                                          {stage::kSelect, 0.4},
                                                          {stage::kVit, (flops.vit + flops.mergers) / 2.6e11},
                                                          {stage::kMethod, methodMs},
                                                          {stage::kPrefill, flops.llm / 2.2e11},
                                                          {stage::kSample, 2.9}};
        double ttft = 0;
        for (const auto& [name, ms] : times) {
            answer.times.set(name, ms);
            ttft += ms;
        }
        answer.times.set(stage::kTtft, ttft);
        answer.times.set(stage::kDecodePerToken, 1.5);
        answer.times.set(stage::kTotal, ttft + 1.5 * static_cast<double>(answer.tokenIds.size()));
        answer.memory.peakBytes = 1'250'000'000;
        answer.memory.kvBytes = kvBytes(m_info.shape, answer.promptTokens, 2);
    }

    std::shared_ptr<FakeScript> m_script;
    model::ModelInfo m_info;
};

ui::EngineLoader fakeLoader(std::shared_ptr<FakeScript> script) {
    return [script](const model::LoadOptions& options, const model::LoadProgress& progress, std::stop_token stop) {
        progress(0.25);
        script->load(stop);
        progress(1.0);
        return std::unique_ptr<model::Engine>(std::make_unique<FakeEngine>(script, options));
    };
}

} // namespace prunescope::test
