#include "model/train/batch_stream.h"

#include "core/base/error.h"
#include "core/pruning/make_mask.h"
#include "core/resize/resize.h"
#include "model/datasets/screens/ask_about.h"
#include "model/train/file_examples.h"
#include "model/train/screen_examples.h"

#include <algorithm>
#include <random>

namespace prunescope::model::train {

namespace {

enum Stream : std::uint64_t { kPlans = 1, kPictures, kMasks, kOrder, kData, kHeldOut, kLaterPictures };

/// One of `items` by its share.
template <typename Item>
const Item& drawn(const std::vector<Item>& items, std::uint64_t random) {
    double sum = 0;
    for (const Item& item : items)
        sum += item.share;
    double at = sum * (static_cast<double>(random >> 11) * 0x1p-53);
    for (const Item& item : items)
        if ((at -= item.share) < 0)
            return item;
    return items.back();
}

int complexityOf(const PixelBlocks& blocks) {
    return makeMask(blocks, MethodSettings{}).keptCount();
}

/// What the model sees of a picture. Throws Error(BadInput) that names it.
PixelBlocks blocksOf(const TrainingExample& example, PixelLimits limits, const ExampleSource& from) {
    try {
        return PixelBlocks(resizeForModel(example.picture, limits), limits.geometry);
    } catch (const Error& error) {
        throw Error(error.kind(), from.name() + ": " + example.name + ": " + error.what());
    }
}

} // namespace

std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t number) {
    std::uint64_t x = seed * 0x9E3779B97F4A7C15ULL + stream * 0xD1B54A32D192ED03ULL + number; // splitmix64
    for (int i = 0; i < 2; ++i) {
        x += 0x9E3779B97F4A7C15ULL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
        x ^= x >> 31;
    }
    return x;
}

BatchMaker::BatchMaker(const TrainConfig& config, const ExampleEncoder& encoder, at::ScalarType type,
                       PixelLimits limits)
    : m_config(config), m_encoder(encoder), m_type(type), m_limits(limits) {
    for (const StageConfig& stage : config.stages)
        for (const DataConfig& data : stage.data)
            m_sources[&data] = data.file.empty() ? screenExamples(data) : fileExamples(data);
}

BatchMaker::~BatchMaker() = default;

std::vector<PreparedExample> BatchMaker::examples(const StageConfig& stage, int count, std::uint64_t seed) const {
    const DataConfig& data = drawn(stage.data, mixed(seed, kData, 0));
    const ExampleSource& from = *m_sources.at(&data);
    std::vector<PreparedExample> prepared;
    for (std::uint64_t i = 0; static_cast<int>(prepared.size()) < count; ++i) {
        if (i > 100 * static_cast<std::uint64_t>(count) + 1000)
            throw Error(ErrorKind::BadInput, from.name() + ": no picture has a question that fits into " +
                                                 std::to_string(data.textTokens) + " tokens of text (text_tokens)");
        TrainingExample example = from.example(mixed(seed, kPictures, i), seed);
        PixelBlocks blocks = blocksOf(example, m_limits, from);
        EncodedExample encoded = m_encoder.encode(example, blocks.grid(), data.textTokens);
        if (encoded.answers.empty())
            continue;
        const int complexity = complexityOf(blocks);
        prepared.push_back({std::move(example), std::move(blocks), std::move(encoded), complexity});
    }
    return prepared;
}

std::uint64_t BatchMaker::seedOf(std::uint64_t stream, std::int64_t number) const {
    return mixed(m_config.seed, stream, static_cast<std::uint64_t>(number));
}

const StageConfig& BatchMaker::stageOfBatch(std::int64_t batch) const {
    return m_config.stageOf(std::min(batch / m_config.accumulate, m_config.steps() - 1));
}

std::vector<TrainBatch> BatchMaker::group(std::int64_t group) const {
    const std::int64_t begin = group * kGroup, end = begin + kGroup;
    std::vector<TrainBatch> batches;
    for (std::int64_t first = begin; first < end;) { // a stage may begin within a group
        std::int64_t next = first + 1;
        while (next < end && &stageOfBatch(next) == &stageOfBatch(first))
            ++next;
        const std::uint64_t seed = first == begin ? seedOf(kPictures, group) : seedOf(kLaterPictures, first);
        for (TrainBatch& batch : sorted(first, next, seed, seedOf(kOrder, group)))
            batches.push_back(std::move(batch));
        first = next;
    }
    return batches;
}

std::vector<TrainBatch> BatchMaker::sorted(std::int64_t first, std::int64_t end, std::uint64_t seed,
                                           std::uint64_t order) const {
    const StageConfig& stage = stageOfBatch(first);
    const std::int64_t count = end - first;
    auto pictures = examples(stage, stage.batch * static_cast<int>(count), seed);
    std::stable_sort(pictures.begin(), pictures.end(),
                     [](const PreparedExample& a, const PreparedExample& b) { return a.complexity < b.complexity; });
    std::vector<TrainBatch> batches;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto begin = pictures.begin() + i * stage.batch;
        batches.push_back(drawnBatch({begin, begin + stage.batch}, stage, first + i));
    }
    std::rotate(batches.begin(),
                batches.begin() + static_cast<std::ptrdiff_t>(order % static_cast<std::uint64_t>(count)),
                batches.end());
    return batches;
}

TrainBatch BatchMaker::drawnBatch(const std::vector<PreparedExample>& examples, const StageConfig& stage,
                                  std::int64_t number) const {
    BatchOptions options;
    options.plan = drawn(stage.plans, seedOf(kPlans, number)).plan;
    options.plan.setSeed(seedOf(kMasks, number) >> 11);
    options.type = m_type;
    options.ocr = m_config.ocrWeight > 0;
    options.taskWeights = m_config.taskWeights;
    TrainBatch batch = makeBatch(examples, options, m_encoder, seedOf(kMasks, number));
    if (m_config.distill.on && (options.plan.prunes() || !m_config.distill.isSelf()))
        batch.whole = std::make_shared<TrainBatch>(wholeBatch(examples, options));
    return batch;
}

TrainBatch BatchMaker::wholeBatch(const std::vector<PreparedExample>& examples, BatchOptions options) const {
    options.plan = PrunePlan::none();
    options.ocr = false;
    return makeBatch(examples, options, m_encoder, 0);
}

TrainBatch BatchMaker::heldOut(const StageConfig& stage, std::int64_t number, const PrunePlan& plan) const {
    BatchOptions options;
    options.plan = plan;
    options.type = m_type;
    options.ocr = false;
    const std::uint64_t seed = seedOf(kHeldOut, number);
    return makeBatch(examples(stage, std::min(stage.batch, 32), seed), options, m_encoder, seed);
}

TrainBatch BatchMaker::underPlan(const StageConfig& stage, const PrunePlan& plan) const {
    BatchOptions options;
    options.plan = plan;
    options.type = m_type;
    const std::uint64_t seed = seedOf(kPictures, 0);
    return makeBatch(examples(stage, stage.batch, seed), options, m_encoder, seed);
}

BatchStream::BatchStream(const BatchMaker& maker, std::int64_t firstBatch, std::int64_t endBatch)
    : m_maker(maker), m_next(firstBatch), m_end(endBatch), m_thread([this](std::stop_token stop) { run(stop); }) {}

BatchStream::~BatchStream() = default;

void BatchStream::run(std::stop_token stop) {
    constexpr std::size_t kAhead = 2 * BatchMaker::kGroup;
    try {
        while (m_next < m_end && !stop.stop_requested()) {
            std::vector<TrainBatch> made = m_maker.group(m_next / BatchMaker::kGroup);
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [&] { return m_ready.size() < kAhead; }))
                return;
            for (std::int64_t i = m_next % BatchMaker::kGroup; i < BatchMaker::kGroup && m_next < m_end; ++i, ++m_next)
                m_ready.push_back(std::move(made[static_cast<std::size_t>(i)]));
            m_changed.notify_all();
        }
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
        m_changed.notify_all();
    }
}

TrainBatch BatchStream::next() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_ready.empty() || m_failure; });
    if (m_ready.empty())
        std::rethrow_exception(m_failure);
    TrainBatch batch = std::move(m_ready.front());
    m_ready.pop_front();
    m_changed.notify_all();
    return batch;
}

} // namespace prunescope::model::train
