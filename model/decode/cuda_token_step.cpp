#include "core/base/error.h"
#include "core/base/log.h"
#include "core/gpu/cuda_device.h"
#include "model/decode/cuda_token_plan.h"
#include "model/decode/sampler.h"
#include "model/decode/token_step.h"

#include <array>

namespace prunescope::model {

namespace {

constexpr std::int64_t kRoomNumbers = sizeof(TokenRoom) / sizeof(std::int64_t);

/// The memory that a step works in, and what it needs of the weights in another form.
class StepBuffers {
public:
    StepBuffers(const LanguageWeights& weights, int splits) {
        const LanguageConfig& config = weights.config;
        m_values = weights.options.dtype(at::kFloat);
        m_hidden = values(config.width);
        m_rotary = values(config.headDim);
        m_qkv = values((config.heads + 2 * config.kvHeads) * config.headDim);
        m_attended = values(config.heads * config.headDim);
        m_gated = values(config.inner);
        m_partials = values(config.heads * splits * (config.headDim + 2));
        logits = values(config.vocab);
        m_tickets = at::zeros({config.heads}, weights.options.dtype(at::kInt));
        m_state = at::zeros({static_cast<std::int64_t>(sizeof(TokenState))}, weights.options.dtype(at::kByte));
        rooms = at::zeros({config.layers, kRoomNumbers}, weights.options.dtype(at::kLong));
        for (const LanguageLayer& layer : weights.layers)
            addLayer(layer, *layer.attention);
        m_norm = norm(weights.norm);
    }

    TokenPlan plan(const LanguageWeights& weights, int splits, std::int64_t* chosen) const {
        const LanguageConfig& config = weights.config;
        const auto size = [](std::int64_t value) { return static_cast<int>(value); };
        return {.type = weights.options.dtype() == at::kFloat ? ValueType::Float32 : ValueType::BFloat16,
                .width = size(config.width),
                .inner = size(config.inner),
                .heads = size(config.heads),
                .kvHeads = size(config.kvHeads),
                .headDim = size(config.headDim),
                .layerCount = size(config.layers),
                .splits = splits,
                .epsilon = static_cast<float>(config.rmsEpsilon),
                .layers = m_layers.data(),
                .embedding = weights.embedding.view(),
                .head = weights.head.view(),
                .norm = m_norm,
                .frequencies = weights.rotary.anglePerPosition().data_ptr<float>(),
                .state = state(),
                .rooms = reinterpret_cast<const TokenRoom*>(rooms.data_ptr()),
                .chosen = chosen,
                .hidden = m_hidden.data_ptr<float>(),
                .rotary = m_rotary.data_ptr<float>(),
                .qkv = m_qkv.data_ptr<float>(),
                .attended = m_attended.data_ptr<float>(),
                .gated = m_gated.data_ptr<float>(),
                .partials = m_partials.data_ptr<float>(),
                .tickets = reinterpret_cast<std::uint32_t*>(m_tickets.data_ptr<std::int32_t>()),
                .logits = logits.data_ptr<float>()};
    }

    TokenState* state() const { return static_cast<TokenState*>(m_state.data_ptr()); }

    at::Tensor logits; ///< [vocab]
    at::Tensor rooms;  ///< [layers, kRoomNumbers], a TokenRoom each

private:
    void addLayer(const LanguageLayer& layer, const LanguageAttention& attention) {
        m_layers.push_back({norm(layer.inputNorm), attention.q.view(), attention.k.view(), attention.v.view(),
                            attention.o.view(), biasOf(attention), normOrNone(attention.qNorm),
                            normOrNone(attention.kNorm), norm(layer.postNorm), layer.mlp.gate.view(),
                            layer.mlp.up.view(), layer.mlp.down.view()});
    }
    const float* biasOf(const LanguageAttention& attention) {
        if (!attention.q.bias.defined())
            return nullptr;
        return keep(at::cat({attention.q.bias, attention.k.bias, attention.v.bias}));
    }
    const float* normOrNone(const RmsNorm& from) { return from.weight.defined() ? norm(from) : nullptr; }
    const float* keep(const at::Tensor& values) {
        m_norms.push_back(values.to(at::kFloat).contiguous());
        return m_norms.back().data_ptr<float>();
    }
    at::Tensor values(std::int64_t count) const { return at::empty({count}, m_values); }
    const float* norm(const RmsNorm& from) { return keep(from.weight); }

    at::TensorOptions m_values;
    at::Tensor m_hidden, m_rotary, m_qkv, m_attended, m_gated, m_partials, m_tickets, m_state;
    std::vector<at::Tensor> m_norms; ///< and biases, float32
    std::vector<TokenLayer> m_layers;
    const float* m_norm = nullptr;
};

/// What a step was, or is, asked to run.
struct Asked {
    std::int64_t id = -1;
    std::int64_t position = 0;
    std::uint64_t version = 0; ///< of the cache: nobody else has changed it
    bool operator==(const Asked&) const = default;
};

/// What the CUDA runtime made and takes back.
struct Destroy {
    int (*call)(void*) = nullptr;
    void operator()(void* handle) const { call(handle); }
};
using Handle = std::unique_ptr<void, Destroy>;

/// The step as one CUDA graph, made once. What it runs, and where the cache is, it reads from device memory.
class CudaTokenStep final : public TokenStep {
public:
    CudaTokenStep(const LanguageWeights& weights, const CudaLayers& layers, std::unique_ptr<CudaDevice> device,
                  int splits)
        : m_layers(layers), m_device(std::move(device)), m_vocab(weights.config.vocab), m_buffers(weights, splits) {
        m_device->use();
        const TokenPlan plan = m_buffers.plan(weights, splits, m_pinned.need<std::int64_t>(kTokenSlots));
        void* graph = nullptr;
        m_device->check(m_layers.makeTokenGraph(&plan, &graph), "making the graph of a token");
        m_graph = {graph, {m_layers.destroyGraph}};
        for (Handle& owner : m_events) {
            void* event = nullptr;
            m_device->check(m_device->kernels().createEvent(&event), "making an event");
            owner = {event, {m_device->kernels().destroyEvent}};
        }
    }

    ~CudaTokenStep() override {
        m_device->kernels().wait(kDefaultStream); // a step ahead may still run
    }

    at::Tensor run(std::int64_t id, std::int64_t position, KvCache& cache) override {
        begin(id, position, cache);
        cache.advance(1);
        return m_buffers.logits;
    }

    std::optional<std::int64_t> runGreedy(std::int64_t id, std::int64_t position, KvCache& cache) override {
        if (m_ahead != Asked{id, position, cache.version()} || roomsOf(cache) != m_rooms)
            begin(id, position, cache);
        m_ahead = {};
        const std::uint64_t mine = m_launched - 1;
        // Keeps the device busy while the host handles this token; a step that nobody wants in the end does no harm.
        const bool isAhead = cache.length() + 2 <= cache.capacity();
        if (isAhead)
            launch();
        const std::int64_t next = result(mine);
        cache.advance(1);
        if (isAhead)
            m_ahead = {next, position + 1, cache.version()};
        return next;
    }

private:
    using Rooms = std::vector<std::int64_t>; ///< capacity, then a TokenRoom a layer

    static Rooms roomsOf(const KvCache& cache) {
        Rooms rooms{cache.capacity()};
        for (std::int64_t layer = 0; layer < cache.layers(); ++layer) {
            const KvCache::View room = cache.room(layer);
            rooms.push_back(reinterpret_cast<std::intptr_t>(room.keys.data_ptr()));
            rooms.push_back(reinterpret_cast<std::intptr_t>(room.values.data_ptr()));
            rooms.push_back(cache.length() - cache.length(layer));
        }
        return rooms;
    }

    void begin(std::int64_t id, std::int64_t position, KvCache& cache) {
        check(id >= 0 && id < m_vocab, "a token of the vocabulary");
        m_ahead = {};
        m_device->use();
        cache.makeRoom(1);
        if (Rooms rooms = roomsOf(cache); rooms != m_rooms) {
            const std::vector<std::int64_t> numbers(rooms.begin() + 1, rooms.end());
            m_buffers.rooms.copy_(at::tensor(numbers, at::kLong).view({cache.layers(), kRoomNumbers}));
            m_rooms = std::move(rooms);
        }
        m_device->check(
            m_layers.setToken(m_buffers.state(), id, position, cache.length(), cache.capacity(), kDefaultStream),
            "setting a token");
        launch();
    }

    /// Queues one step; its result is known when the event of its slot has passed.
    void launch() {
        m_device->check(m_layers.launchGraph(m_graph.get(), kDefaultStream), "running a token");
        m_device->check(m_device->kernels().recordEvent(m_events[m_launched % kTokenSlots].get(), kDefaultStream),
                        "marking a token");
        ++m_launched;
    }

    std::int64_t result(std::uint64_t step) {
        const std::size_t slot = step % kTokenSlots;
        m_device->check(m_device->kernels().waitEvent(m_events[slot].get()), "running a token");
        const std::int64_t id = static_cast<const std::int64_t*>(m_pinned.data())[slot];
        if (id == kNotANumber)
            throwDamagedOutput();
        return id;
    }

    const CudaLayers& m_layers;
    std::unique_ptr<CudaDevice> m_device;
    PinnedBuffer m_pinned{*m_device}; ///< ids that the device writes
    std::int64_t m_vocab;
    StepBuffers m_buffers;
    Handle m_graph;
    std::array<Handle, kTokenSlots> m_events;
    std::uint64_t m_launched = 0; ///< steps, as counted on the device
    Rooms m_rooms;                ///< that the device knows
    Asked m_ahead;                ///< what the last launched step runs, where nobody asked for it yet
};

} // namespace

std::unique_ptr<TokenStep> makeCudaTokenStep(const LanguageWeights& weights) {
    const CudaLayers* layers = cudaLayers();
    if (!layers)
        return nullptr;
    if (const auto obstacle = cudaStepObstacle(weights)) {
        log::info("tokens are decoded the general way: " + *obstacle);
        return nullptr;
    }
    const int ordinal = weights.options.device().index();
    std::unique_ptr<CudaDevice> device = CudaDevice::open(ordinal);
    if (!device)
        return nullptr;
    int multiprocessors = 0;
    device->check(layers->multiprocessors(ordinal, &multiprocessors), "asking for the multiprocessors");
    const int splits = attentionSplits(weights.config.heads, weights.config.kvHeads, multiprocessors);
    return std::make_unique<CudaTokenStep>(weights, *layers, std::move(device), splits);
}

} // namespace prunescope::model
