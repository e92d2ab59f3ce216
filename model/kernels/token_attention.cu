// Attention of one new token. The cached tokens of a key head are split among CTAs, so that all multiprocessors read;
// the last CTA of a head to finish combines what the others left. The query heads of a group share what is read. A CTA
// normalises and turns the queries for itself; the one with the last tokens does so with the new key and puts it, and
// the new value, into the cache. Inside a CTA every few lanes (eight values each) follow their own tokens with a
// running softmax.
#include "model/kernels/token_linear.cuh"

namespace prunescope::model::cuda {

namespace {

constexpr int kWarps = 4;
constexpr unsigned kThreads = kWarps * kLanes;
constexpr int kDims = 8;          // values of a head a lane has
constexpr int kBatch = 4;         // tokens a lane fetches at once
constexpr float kLowest = -1e30f; // below every score, and finite: differences of it are numbers
constexpr int kLeastTokens = 64;  // a CTA's share

struct AttentionInput {
    TokenState* state;
    const TokenRoom* room;
    const float* qkv;
    const float* bias;  ///< of qkv, or nullptr
    const float* qNorm; ///< nullptr: none
    const float* kNorm;
    const float* rotary;
    float* partials; ///< [heads, splits, headDim + 2]
    std::uint32_t* tickets;
    float* attended;
    float epsilon;
    int kvHeads;
    int groups; ///< query heads a key head
};

/// How many cached tokens each split has, the new one included.
struct Shares {
    std::int64_t tokens, each;
    int active;
    __device__ Shares(std::int64_t length, int splits) : tokens(length + 1) {
        const std::int64_t least = (tokens + splits - 1) / splits;
        each = least > kLeastTokens ? least : kLeastTokens;
        active = static_cast<int>((tokens + each - 1) / each);
    }
};

/// A head of the new token: its values, with a bias where there is one.
template <typename Value>
struct NewHead {
    const float* values;
    const float* bias; ///< nullptr: none

    __device__ float operator[](int i) const { return bias ? roundedTo<Value>(values[i] + bias[i]) : values[i]; }
};

/// Normalises (unless `weight` is nullptr) and turns one head, by one warp: qwen3-vl spec 5.2 and 5.4, rounded where
/// tensors are.
template <typename Value, int kHeadDim>
__device__ void turnHead(const NewHead<Value>& head, const float* weight, const float* rotary, float epsilon,
                         float* out) {
    constexpr int kHalf = kHeadDim / 2;
    const int lane = static_cast<int>(threadIdx.x) % kLanes;
    float squares = 0;
    for (int i = lane; weight && i < kHeadDim; i += kLanes)
        squares += head[i] * head[i];
    const float scale = rsqrtf(sumOfLanes(squares) / kHeadDim + epsilon);
    const auto normed = [&](int i) {
        return weight ? roundedTo<Value>(roundedTo<Value>(head[i] * scale) * weight[i]) : head[i];
    };
    for (int i = lane; i < kHalf; i += kLanes) {
        const float low = normed(i), high = normed(i + kHalf);
        const float cosine = rotary[i], sine = rotary[kHalf + i];
        out[i] = roundedTo<Value>(roundedTo<Value>(low * cosine) - roundedTo<Value>(high * sine));
        out[i + kHalf] = roundedTo<Value>(roundedTo<Value>(high * cosine) + roundedTo<Value>(low * sine));
    }
}

/// A running softmax over some tokens, for `kQueries` heads; this lane's eight values.
template <int kQueries>
struct Running {
    float largest[kQueries];
    float weights[kQueries];
    float values[kQueries][kDims];

    __device__ Running() {
#pragma unroll
        for (int g = 0; g < kQueries; ++g) {
            largest[g] = kLowest;
            weights[g] = 0;
#pragma unroll
            for (int i = 0; i < kDims; ++i)
                values[g][i] = 0;
        }
    }

    /// Makes room for scores up to `score` (in units of log2).
    __device__ void raise(int g, float score) {
        const float higher = fmaxf(largest[g], score), factor = exp2f(largest[g] - higher);
        largest[g] = higher;
        weights[g] *= factor;
#pragma unroll
        for (int i = 0; i < kDims; ++i)
            values[g][i] *= factor;
    }
    __device__ void add(int g, float score, const float (&value)[kDims]) {
        const float weight = exp2f(score - largest[g]);
        weights[g] += weight;
#pragma unroll
        for (int i = 0; i < kDims; ++i)
            values[g][i] = fmaf(weight, value[i], values[g][i]);
    }
};

template <typename Value>
using Dims = Values<Value, kDims>;

template <typename Value>
__device__ void widen(const Dims<Value>& stored, float (&out)[kDims]) {
#pragma unroll
    for (int i = 0; i < kDims; ++i)
        out[i] = toFloat(stored.value[i]);
}

/// What the threads of a CTA share.
template <int kHeadDim, int kQueries>
struct AttentionShared {
    static constexpr int kStreams = kWarps * kLanes * kDims / kHeadDim;
    float queries[kQueries][kHeadDim];
    float key[kHeadDim];
    float value[kHeadDim];
    float largest[kStreams][kQueries];
    float weights[kStreams][kQueries];
    float values[kStreams][kQueries][kHeadDim];
    bool isLast;
};

template <typename Value, int kHeadDim, int kQueries>
class Attention {
public:
    using Shared = AttentionShared<kHeadDim, kQueries>;

    __device__ Attention(const AttentionInput& input, Shared& shared)
        : m_in(input), m_shared(shared),
          m_shares(input.state->length - input.room->behind, static_cast<int>(gridDim.y)),
          m_split(static_cast<int>(blockIdx.y)), m_firstHead(static_cast<int>(blockIdx.x) * kQueries),
          m_kvHead(m_firstHead / input.groups), m_capacity(input.state->capacity) {}

    __device__ void run() {
        if (m_split >= m_shares.active)
            return;
        turn();
        Running<kQueries> running;
        followCached(running);
        if (hasNewToken() && stream() == 0)
            followNew(running);
        combineStreams(running);
        combineSplits();
    }

private:
    static constexpr int kGroupLanes = kHeadDim / kDims; // lanes that share a token
    static constexpr int kStreams = Shared::kStreams;

    __device__ int stream() const { return static_cast<int>(threadIdx.x) / kGroupLanes; }
    __device__ int dim() const { return static_cast<int>(threadIdx.x) % kGroupLanes * kDims; }
    __device__ bool hasNewToken() const { return m_split == m_shares.active - 1; }
    __device__ std::int64_t offset(std::int64_t token) const { return (m_kvHead * m_capacity + token) * kHeadDim; }

    /// The queries, and where it is ours the new key and value, into shared memory and the cache.
    __device__ void turn() {
        const int warp = static_cast<int>(threadIdx.x) / kLanes, heads = m_in.kvHeads * m_in.groups;
        for (int g = warp; g < kQueries; g += kWarps)
            turnHead<Value, kHeadDim>(newHead(m_firstHead + g), m_in.qNorm, m_in.rotary, m_in.epsilon,
                                      m_shared.queries[g]);
        if (hasNewToken() && warp == kWarps - 1)
            turnHead<Value, kHeadDim>(newHead(heads + m_kvHead), m_in.kNorm, m_in.rotary, m_in.epsilon, m_shared.key);
        __syncthreads();
        if (hasNewToken())
            storeNew(newHead(heads + m_in.kvHeads + m_kvHead));
#pragma unroll
        for (int g = 0; g < kQueries; ++g)
#pragma unroll
            for (int i = 0; i < kDims; ++i)
                m_queries[g][i] = m_shared.queries[g][dim() + i];
    }

    /// A head of the new token, by its number among queries, keys and values.
    __device__ NewHead<Value> newHead(int head) const {
        return {m_in.qkv + head * kHeadDim, m_in.bias ? m_in.bias + head * kHeadDim : nullptr};
    }

    __device__ void storeNew(const NewHead<Value>& newValue) {
        const std::int64_t at = offset(m_shares.tokens - 1);
        auto* keys = static_cast<Value*>(m_in.room->keys) + at;
        auto* values = static_cast<Value*>(m_in.room->values) + at;
        for (int i = static_cast<int>(threadIdx.x); i < kHeadDim; i += static_cast<int>(kThreads)) {
            m_shared.value[i] = newValue[i];
            if (m_firstHead % m_in.groups == 0) { // several CTAs may share a key head
                keys[i] = fromFloat<Value>(m_shared.key[i]);
                values[i] = fromFloat<Value>(newValue[i]);
            }
        }
        __syncthreads();
    }

    /// In units of log2, on all lanes of the token.
    __device__ float score(int g, const float (&key)[kDims]) const {
        float sum = 0;
#pragma unroll
        for (int i = 0; i < kDims; ++i)
            sum = fmaf(m_queries[g][i], key[i], sum);
        const float scale = rsqrtf(static_cast<float>(kHeadDim)) * 1.44269504f;
        return sumOfLanes<kGroupLanes>(sum) * scale;
    }

    __device__ void followCached(Running<kQueries>& running) const {
        const std::int64_t begin = m_split * m_shares.each, cached = m_shares.tokens - 1;
        const std::int64_t end = begin + m_shares.each < cached ? begin + m_shares.each : cached;
        const auto* keys = static_cast<const Value*>(m_in.room->keys) + dim();
        const auto* values = static_cast<const Value*>(m_in.room->values) + dim();
        for (std::int64_t base = begin; base < end; base += kStreams * kBatch) {
            Dims<Value> key[kBatch], value[kBatch];
#pragma unroll
            for (int b = 0; b < kBatch; ++b) {
                const std::int64_t token = base + b * kStreams + stream();
                const std::int64_t at = offset(token < end ? token : end - 1);
                key[b] = loadValues<kDims>(keys + at);
                value[b] = loadValues<kDims>(values + at);
            }
            follow(running, key, value, end - base - stream());
        }
    }

    /// Tokens `kStreams` apart, as far as they are below `left`.
    __device__ void follow(Running<kQueries>& running, const Dims<Value> (&key)[kBatch],
                           const Dims<Value> (&value)[kBatch], std::int64_t left) const {
        float scores[kBatch][kQueries];
#pragma unroll
        for (int b = 0; b < kBatch; ++b) {
            float wide[kDims];
            widen<Value>(key[b], wide);
#pragma unroll
            for (int g = 0; g < kQueries; ++g) {
                const float one = score(g, wide);
                scores[b][g] = b * kStreams < left ? one : -INFINITY;
            }
        }
#pragma unroll
        for (int g = 0; g < kQueries; ++g) {
            float highest = scores[0][g];
#pragma unroll
            for (int b = 1; b < kBatch; ++b)
                highest = fmaxf(highest, scores[b][g]);
            running.raise(g, highest);
        }
#pragma unroll
        for (int b = 0; b < kBatch; ++b) {
            float wide[kDims];
            widen<Value>(value[b], wide);
#pragma unroll
            for (int g = 0; g < kQueries; ++g)
                running.add(g, scores[b][g], wide);
        }
    }

    /// The new token, from shared memory. By the lanes of the first stream.
    __device__ void followNew(Running<kQueries>& running) const {
        float value[kDims];
#pragma unroll
        for (int i = 0; i < kDims; ++i)
            value[i] = m_shared.value[dim() + i];
#pragma unroll
        for (int g = 0; g < kQueries; ++g) {
            float sum = 0;
            for (int i = 0; i < kHeadDim; ++i) // every lane for itself: the lanes beside it are elsewhere
                sum = fmaf(m_shared.queries[g][i], m_shared.key[i], sum);
            const float scaled = sum * rsqrtf(static_cast<float>(kHeadDim)) * 1.44269504f;
            running.raise(g, scaled);
            running.add(g, scaled, value);
        }
    }

    /// Sums of all streams: the result itself where there is one split, else a partial one.
    __device__ void combineStreams(const Running<kQueries>& running) {
#pragma unroll
        for (int g = 0; g < kQueries; ++g) {
#pragma unroll
            for (int i = 0; i < kDims; ++i)
                m_shared.values[stream()][g][dim() + i] = running.values[g][i];
            if (dim() == 0) {
                m_shared.largest[stream()][g] = running.largest[g];
                m_shared.weights[stream()][g] = running.weights[g];
            }
        }
        __syncthreads();
        for (int at = static_cast<int>(threadIdx.x); at < kQueries * kHeadDim; at += static_cast<int>(kThreads)) {
            const int g = at / kHeadDim, i = at % kHeadDim;
            float largest = kLowest, weights = 0, value = 0;
            for (int s = 0; s < kStreams; ++s)
                largest = fmaxf(largest, m_shared.largest[s][g]);
            for (int s = 0; s < kStreams; ++s) {
                const float factor = exp2f(m_shared.largest[s][g] - largest);
                weights = fmaf(factor, m_shared.weights[s][g], weights);
                value = fmaf(factor, m_shared.values[s][g][i], value);
            }
            float* out = partial(m_firstHead + g, m_split);
            out[i] = value;
            if (i == 0) {
                out[kHeadDim] = largest;
                out[kHeadDim + 1] = weights;
            }
        }
    }

    __device__ float* partial(int head, int split) const {
        return m_in.partials + (static_cast<std::int64_t>(head) * gridDim.y + split) * (kHeadDim + 2);
    }

    /// By the last CTA of these heads.
    __device__ void combineSplits() {
        __threadfence();
        __syncthreads();
        if (threadIdx.x == 0) {
            std::uint32_t& ticket = m_in.tickets[blockIdx.x];
            m_shared.isLast = atomicAdd(&ticket, 1u) + 1 == static_cast<std::uint32_t>(m_shares.active);
            if (m_shared.isLast)
                ticket = 0;
        }
        __syncthreads();
        if (!m_shared.isLast)
            return;
        __threadfence();
        for (int at = static_cast<int>(threadIdx.x); at < kQueries * kHeadDim; at += static_cast<int>(kThreads)) {
            const int head = m_firstHead + at / kHeadDim, i = at % kHeadDim;
            float largest = kLowest, weights = 0, value = 0;
            for (int s = 0; s < m_shares.active; ++s)
                largest = fmaxf(largest, __ldcg(partial(head, s) + kHeadDim));
            for (int s = 0; s < m_shares.active; ++s) {
                const float* from = partial(head, s);
                const float factor = exp2f(__ldcg(from + kHeadDim) - largest);
                weights = fmaf(factor, __ldcg(from + kHeadDim + 1), weights);
                value = fmaf(factor, __ldcg(from + i), value);
            }
            m_in.attended[head * kHeadDim + i] = roundedTo<Value>(value / weights);
        }
    }

    const AttentionInput& m_in;
    Shared& m_shared;
    Shares m_shares;
    int m_split, m_firstHead, m_kvHead;
    std::int64_t m_capacity;
    float m_queries[kQueries][kDims];
};

/// Grid [heads / kQueries, splits].
template <typename Value, int kHeadDim, int kQueries>
__global__ void __launch_bounds__(kThreads) attentionKernel(const __grid_constant__ AttentionInput input) {
    __shared__ AttentionShared<kHeadDim, kQueries> shared;
    followPrevious();
    Attention<Value, kHeadDim, kQueries>(input, shared).run();
}

template <typename Value, int kHeadDim>
void launchWith(Launcher& launch, const AttentionInput& input, int splits) {
    const auto with = [&](auto kernel, int queries) {
        const dim3 grid(static_cast<unsigned>(input.kvHeads * input.groups / queries), static_cast<unsigned>(splits));
        launch(kernel, grid, kThreads, 0, input);
    };
    if (input.groups % 4 == 0)
        with(attentionKernel<Value, kHeadDim, 4>, 4);
    else if (input.groups % 2 == 0)
        with(attentionKernel<Value, kHeadDim, 2>, 2);
    else
        with(attentionKernel<Value, kHeadDim, 1>, 1);
}

template <typename Value>
void launchFor(Launcher& launch, const AttentionInput& input, int headDim, int splits) {
    switch (headDim) {
    case 32:
        return launchWith<Value, 32>(launch, input, splits);
    case 64:
        return launchWith<Value, 64>(launch, input, splits);
    case 128:
        return launchWith<Value, 128>(launch, input, splits);
    }
}

} // namespace

void tokenAttention(Launcher& launch, const TokenPlan& plan, int layer) {
    const TokenLayer& weights = plan.layers[layer];
    const AttentionInput input{plan.state,
                               plan.rooms + layer,
                               plan.qkv,
                               weights.qkvBias,
                               weights.qNorm,
                               weights.kNorm,
                               plan.rotary,
                               plan.partials,
                               plan.tickets,
                               plan.attended,
                               plan.epsilon,
                               plan.kvHeads,
                               plan.heads / plan.kvHeads};
    if (plan.type == ValueType::Float32)
        launchFor<float>(launch, input, plan.headDim, plan.splits);
    else
        launchFor<__nv_bfloat16>(launch, input, plan.headDim, plan.splits);
}

} // namespace prunescope::model::cuda
