#include "model/decode/cpu_token_step.h"

#include "core/base/error.h"
#include "model/decode/share_barrier.h"
#include "model/kernels/delta_step.h"
#include "model/kernels/token_ops.h"
#include "model/kernels/weight_types.h"

#include <ATen/Config.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <optional>

static_assert(AT_PARALLEL_OPENMP, "threads that meet at a barrier must run at the same time");

namespace prunescope::model {

namespace {

/// Reading fewer bytes of weights takes a thread less time than waking it and meeting it after every part.
constexpr std::int64_t kBytesPerShare = 4 << 20;

/// The parts of all rows, heads, ... that one thread works on: parts first .. last - 1 of `of`.
struct Share {
    int first;
    int last;
    int of;

    int count() const { return last - first; }
    std::int64_t begin(std::int64_t items) const { return items * first / of; }
    std::int64_t end(std::int64_t items) const { return items * last / of; }
};

/// RmsNorm with its weight in float32.
struct WideNorm {
    explicit WideNorm(const RmsNorm& norm)
        : weight(norm.weight.to(at::kFloat).contiguous()), epsilon(static_cast<float>(norm.epsilon)) {}

    void operator()(const float* x, float* y) const {
        rmsNorm(x, weight.const_data_ptr<float>(), weight.numel(), epsilon, y);
    }

    at::Tensor weight; ///< [width]
    float epsilon;
};

/// What stands between the matrices of a layer with attention.
struct StepAttention {
    explicit StepAttention(const LanguageAttention& attention) : isGated(attention.isGated) {
        if (attention.hasNorms()) {
            q.emplace(attention.qNorm);
            k.emplace(attention.kNorm);
        }
    }

    std::optional<WideNorm> q, k;
    bool isGated;
};

/// What stands between the matrices of a layer with the delta rule.
struct StepDelta {
    explicit StepDelta(const LanguageDelta& delta)
        : taps(delta.taps.to(at::kFloat).t().contiguous()), decay(-delta.decayLog.to(at::kFloat).exp()),
          bias(delta.bias.to(at::kFloat).contiguous()), norm(delta.norm.to(at::kFloat).contiguous()),
          epsilon(static_cast<float>(delta.epsilon)) {}

    at::Tensor taps;  ///< [kernel, channels]
    at::Tensor decay; ///< [valueHeads] -e^A_log
    at::Tensor bias;  ///< [valueHeads]
    at::Tensor norm;  ///< [valueDim]
    float epsilon;
};

/// A layer: its matrices stand one after the other in the step's list, in the order in which they are read.
struct StepLayer {
    std::int64_t first; ///< of its matrices
    WideNorm input, post;
    std::optional<StepAttention> attention; ///< one of the two
    std::optional<StepDelta> delta;
};

std::vector<const Linear*> matricesOf(const LanguageLayer& layer) {
    std::vector<const Linear*> all;
    if (const auto& attention = layer.attention)
        all = {&attention->q, &attention->k, &attention->v, &attention->o};
    if (const auto& delta = layer.delta)
        all = {&delta->qkv, &delta->z, &delta->b, &delta->a, &delta->out};
    all.insert(all.end(), {&layer.mlp.gate, &layer.mlp.up, &layer.mlp.down});
    return all;
}

std::vector<const Linear*> matricesOf(const LanguageWeights& weights) {
    std::vector<const Linear*> all;
    for (const LanguageLayer& layer : weights.layers)
        for (const Linear* linear : matricesOf(layer))
            all.push_back(linear);
    all.push_back(&weights.head);
    return all;
}

float sigmoid(float x) {
    return 1 / (1 + std::exp(-x));
}

/// log(1 + e^x), x itself where e^x is all of it (as LibTorch's softplus).
float softplus(float x) {
    return x > 20 ? x : std::log1p(std::exp(x));
}

/// What a thread has for itself.
struct Scratch {
    std::vector<float> normed;    ///< [width]
    std::vector<float> groupSums; ///< of the vector that is multiplied
};

/// What is the same for all layers of one token.
struct Token {
    RotaryTable table; ///< [1, headDim] each
    KvCache* cache;
    const float* cos = table.cos.const_data_ptr<float>();
    const float* sin = table.sin.const_data_ptr<float>();
};

/// The parts of a layer between which all threads meet, because each needs all of what the one before wrote:
/// norm, products | heads | product, add | norm, gate, up | down, add.
class CpuTokenStep final : public TokenStep {
public:
    CpuTokenStep(const LanguageWeights& weights, CpuLevel level)
        : m_weights(weights), m_config(weights.config), m_kernels(matrixVector(level)), m_rule(deltaStep(level)),
          m_stored(weightType(at::typeMetaToScalarType(weights.options.dtype())).value()), m_norm(weights.norm) {
        for (const LanguageLayer& layer : weights.layers)
            addLayer(layer);
        addMatrix(weights.head);
        makeRoom();
    }

    at::Tensor run(std::int64_t id, std::int64_t position, KvCache& cache) override {
        check(id >= 0 && id < m_config.vocab, "a token is one of the vocabulary");
        cache.makeRoom(1);
        for (std::size_t layer = 0; layer < m_layers.size(); ++layer)
            if (m_layers[layer].delta)
                cache.state(static_cast<std::int64_t>(layer)); // made here, not by several threads at once
        m_scores.resize(static_cast<std::size_t>(m_config.heads * cache.capacity()));
        const at::Tensor row = m_weights.embedding.rows(at::full({1}, id, at::kLong));
        widen(weightType(row.scalar_type()).value(), row.const_data_ptr(), m_config.width, m_hidden.data());
        const Token token{m_weights.rotary(at::full({3, 1}, position, at::kLong)), &cache};
        cutIntoShares();
        at::parallel_for(0, m_shares, 1, [&](std::int64_t first, std::int64_t last) {
            runShare({static_cast<int>(first), static_cast<int>(last), m_shares}, token);
        });
        cache.advance(1);
        return m_logits;
    }

private:
    void addLayer(const LanguageLayer& layer) {
        StepLayer step{
            static_cast<std::int64_t>(m_matrices.size()), WideNorm(layer.inputNorm), WideNorm(layer.postNorm), {}, {}};
        if (layer.attention)
            step.attention.emplace(*layer.attention);
        if (layer.delta)
            step.delta.emplace(*layer.delta);
        m_layers.push_back(std::move(step));
        for (const Linear* linear : matricesOf(layer))
            addMatrix(*linear);
    }

    void addMatrix(const Linear& linear) {
        const MatrixView matrix = linear.view();
        m_matrices.push_back(matrix);
        m_biases.push_back(linear.bias.defined() ? linear.bias.to(at::kFloat).contiguous() : at::Tensor());
        m_weightBytes += dataBytes(matrix);
        m_needsSums |= traitsOf(matrix.type).needsGroupSums;
    }

    void makeRoom() {
        const LinearAttention& rule = m_config.linearAttention;
        const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
        m_hidden.resize(size(m_config.width));
        m_change.resize(size(m_config.width));
        m_q.resize(size(m_config.heads * m_config.headDim));
        m_gatedQ.resize(m_config.gatedQueries ? 2 * m_q.size() : 0);
        m_mixed.resize(std::max(m_q.size(), size(rule.valueWidth())));
        m_k.resize(size(m_config.kvHeads * m_config.headDim));
        m_v.resize(m_k.size());
        m_u.resize(size(rule.channels()));
        m_convolved.resize(m_u.size());
        m_z.resize(size(rule.valueWidth()));
        m_b.resize(size(rule.valueHeads));
        m_a.resize(size(rule.valueHeads));
        m_gate.resize(size(m_config.inner));
        m_up.resize(size(m_config.inner));
        m_logits = at::empty({m_config.vocab}, at::kFloat);
    }

    void cutIntoShares() {
        const std::int64_t paying = std::max<std::int64_t>(1, m_weightBytes / kBytesPerShare);
        const int shares = static_cast<int>(std::min<std::int64_t>(at::get_num_threads(), paying));
        if (m_barrier && shares == m_shares)
            return;
        m_shares = shares;
        m_barrier.emplace(shares);
        const std::size_t longest = std::max({m_hidden.size(), m_gate.size(), m_mixed.size()});
        m_scratch.assign(static_cast<std::size_t>(shares),
                         {std::vector<float>(m_hidden.size()), std::vector<float>(longest / kInt4Group)});
    }

    void runShare(const Share& share, const Token& token) {
        for (std::size_t layer = 0; layer < m_layers.size(); ++layer)
            runLayer(static_cast<std::int64_t>(layer), m_layers[layer], share, token);
        multiplyNormed(m_norm, static_cast<std::int64_t>(m_matrices.size()) - 1, {m_logits.mutable_data_ptr<float>()},
                       share);
    }

    void runLayer(std::int64_t index, const StepLayer& layer, const Share& share, const Token& token) {
        std::int64_t matrix = layer.first;
        if (layer.attention) {
            matrix = multiplyNormed(layer.input, matrix,
                                    {layer.attention->isGated ? m_gatedQ.data() : m_q.data(), m_k.data(), m_v.data()},
                                    share);
            m_barrier->arrive(share.count());
            attendHeads(*layer.attention, index, share, token);
        } else {
            matrix = multiplyNormed(layer.input, matrix, {m_u.data(), m_z.data(), m_b.data(), m_a.data()}, share);
            m_barrier->arrive(share.count());
            rememberHeads(*layer.delta, index, share, token);
        }
        m_barrier->arrive(share.count());
        addProduct(matrix++, m_mixed.data(), share);
        m_barrier->arrive(share.count());
        matrix = multiplyNormed(layer.post, matrix, {m_gate.data(), m_up.data()}, share);
        const std::int64_t begin = share.begin(m_config.inner);
        swiGlu(m_gate.data() + begin, m_up.data() + begin, share.end(m_config.inner) - begin);
        m_barrier->arrive(share.count());
        addProduct(matrix, m_gate.data(), share);
        m_barrier->arrive(share.count());
    }

    /// Products of the hidden state, normalised, with as many consecutive matrices as there are `results`; returns the
    /// number of the matrix behind them. Every thread normalises for itself: that is quicker than meeting once more.
    std::int64_t multiplyNormed(const WideNorm& norm, std::int64_t first, std::initializer_list<float*> results,
                                const Share& share) {
        float* normed = scratch(share).normed.data();
        norm(m_hidden.data(), normed);
        const VectorView x = vectorView(normed, m_config.width, share);
        for (float* result : results)
            multiply(first++, x, result, share);
        return first;
    }

    /// hidden += product
    void addProduct(std::int64_t index, const float* x, const Share& share) {
        multiply(index, vectorView(x, matrix(index).cols, share), m_change.data(), share);
        for (std::int64_t i = share.begin(m_config.width); i < share.end(m_config.width); ++i)
            m_hidden[static_cast<std::size_t>(i)] += m_change[static_cast<std::size_t>(i)];
    }

    /// This share's rows of the product. After the last matrix comes the first, for the next token.
    void multiply(std::int64_t index, const VectorView& x, float* result, const Share& share) const {
        const MatrixView& rows = matrix(index);
        const MatrixView& next = matrix((index + 1) % static_cast<std::int64_t>(m_matrices.size()));
        const std::int64_t begin = share.begin(rows.rows), end = share.end(rows.rows);
        m_kernels.product(rows, x, begin, end, result, rowOf(next, share.begin(next.rows)));
        if (const at::Tensor& bias = m_biases[static_cast<std::size_t>(index)]; bias.defined())
            for (std::int64_t i = begin; i < end; ++i)
                result[i] += bias.const_data_ptr<float>()[i];
    }

    VectorView vectorView(const float* values, std::int64_t count, const Share& share) {
        float* sums = scratch(share).groupSums.data();
        if (m_needsSums)
            sumGroups(values, count, sums);
        return {values, sums};
    }

    /// Stores the new key and value of this share's key heads and attends with the query heads that belong to them.
    void attendHeads(const StepAttention& attention, std::int64_t layer, const Share& share, const Token& token) {
        const KvCache::View room = token.cache->room(layer);
        const std::int64_t headDim = m_config.headDim, heads = m_config.heads / m_config.kvHeads;
        const std::int64_t index = token.cache->length(layer); // of the new token
        for (std::int64_t head = share.begin(m_config.kvHeads); head < share.end(m_config.kvHeads); ++head) {
            float* key = m_k.data() + head * headDim;
            turn(attention.k, key, token);
            const MatrixView keys = appended(room.keys, head, key, index);
            const MatrixView values = appended(room.values, head, m_v.data() + head * headDim, index);
            const std::int64_t first = head * heads;
            for (std::int64_t i = first; i < first + heads; ++i)
                turnQuery(attention, i, token);
            attend(m_kernels, keys, values,
                   {m_q.data() + first * headDim, m_scores.data() + first * token.cache->capacity(),
                    m_mixed.data() + first * headDim, heads});
            for (std::int64_t i = first; attention.isGated && i < first + heads; ++i)
                gateHead(i);
        }
    }

    void turn(const std::optional<WideNorm>& norm, float* head, const Token& token) const {
        if (norm)
            (*norm)(head, head);
        rotateHead(head, token.cos, token.sin, m_config.turned());
    }

    void turnQuery(const StepAttention& attention, std::int64_t head, const Token& token) {
        const std::int64_t headDim = m_config.headDim;
        float* query = m_q.data() + head * headDim;
        if (attention.isGated) // query and gate of a head stand side by side
            std::copy_n(m_gatedQ.data() + 2 * head * headDim, headDim, query);
        turn(attention.q, query, token);
        const float scale = 1 / std::sqrt(static_cast<float>(headDim));
        for (std::int64_t i = 0; i < headDim; ++i)
            query[i] *= scale;
    }

    void gateHead(std::int64_t head) {
        const std::int64_t headDim = m_config.headDim;
        const float* gate = m_gatedQ.data() + (2 * head + 1) * headDim;
        float* result = m_mixed.data() + head * headDim;
        for (std::int64_t i = 0; i < headDim; ++i)
            result[i] *= sigmoid(gate[i]);
    }

    /// Runs the delta rule for this share's key heads and the value heads that belong to them: their channels of the
    /// convolution, their memories and results.
    void rememberHeads(const StepDelta& delta, std::int64_t layer, const Share& share, const Token& token) {
        const LinearAttention& rule = m_config.linearAttention;
        DeltaState& state = token.cache->state(layer);
        const TokenConvolution convolution{m_u.data(),        delta.taps.const_data_ptr<float>(),
                                           m_stored,          state.recent.mutable_data_ptr(),
                                           rule.channels(),   rule.kernel,
                                           m_convolved.data()};
        const std::int64_t shared = rule.valueHeads / rule.keyHeads, values = shared * rule.valueDim;
        for (std::int64_t head = share.begin(rule.keyHeads); head < share.end(rule.keyHeads); ++head) {
            const std::int64_t q = head * rule.keyDim, k = rule.keyWidth() + q, v = 2 * rule.keyWidth() + head * values;
            m_rule.convolve(convolution, q, q + rule.keyDim);
            m_rule.convolve(convolution, k, k + rule.keyDim);
            m_rule.convolve(convolution, v, v + values);
            m_rule.unit(m_convolved.data() + q, rule.keyDim, 1 / std::sqrt(static_cast<float>(rule.keyDim)));
            m_rule.unit(m_convolved.data() + k, rule.keyDim, 1);
            for (std::int64_t i = head * shared; i < (head + 1) * shared; ++i)
                rememberHead(delta, i, m_convolved.data() + q, m_convolved.data() + k, state.memory);
        }
    }

    void rememberHead(const StepDelta& delta, std::int64_t head, const float* q, const float* k,
                      const at::Tensor& memory) {
        const LinearAttention& rule = m_config.linearAttention;
        const auto i = static_cast<std::size_t>(head);
        float* result = m_mixed.data() + head * rule.valueDim;
        const float g =
            delta.decay.const_data_ptr<float>()[head] * softplus(m_a[i] + delta.bias.const_data_ptr<float>()[head]);
        m_rule.update({q, k, m_convolved.data() + 2 * rule.keyWidth() + head * rule.valueDim, std::exp(g),
                       sigmoid(m_b[i]), rule.keyDim, rule.valueDim,
                       memory.mutable_data_ptr<float>() + head * rule.keyDim * rule.valueDim, result});
        m_rule.normGateFloat32(result, delta.norm.const_data_ptr<float>(), m_z.data() + head * rule.valueDim,
                               rule.valueDim, delta.epsilon, result);
    }

    /// Writes the token's row of a head; returns all its rows.
    MatrixView appended(const at::Tensor& room, std::int64_t head, const float* row, std::int64_t index) const {
        const MatrixView all{m_stored, room.const_data_ptr(), nullptr, room.size(1) * room.size(2), room.size(3)};
        const std::int64_t first = head * room.size(2);
        narrow(m_stored, row, all.cols, const_cast<void*>(rowOf(all, first + index)));
        return {m_stored, rowOf(all, first), nullptr, index + 1, all.cols};
    }

    const MatrixView& matrix(std::int64_t index) const { return m_matrices[static_cast<std::size_t>(index)]; }
    Scratch& scratch(const Share& share) { return m_scratch[static_cast<std::size_t>(share.first)]; }

    const LanguageWeights& m_weights;
    const LanguageConfig& m_config;
    const MatrixVector& m_kernels;
    const DeltaStep& m_rule;
    WeightType m_stored;                ///< of keys and values
    std::vector<MatrixView> m_matrices; ///< of all layers, then the head
    std::vector<at::Tensor> m_biases;   ///< of the matrices, float32; undefined: none
    std::vector<StepLayer> m_layers;
    WideNorm m_norm;
    std::int64_t m_weightBytes = 0;
    bool m_needsSums = false; ///< of groups, for Int4

    int m_shares = 1;
    std::optional<ShareBarrier> m_barrier;
    std::vector<Scratch> m_scratch;      ///< [shares]
    std::vector<float> m_hidden;         ///< [width]
    std::vector<float> m_change;         ///< [width] what a product adds to it
    std::vector<float> m_q;              ///< [heads, headDim]
    std::vector<float> m_gatedQ;         ///< [heads, 2, headDim] query and gate
    std::vector<float> m_k;              ///< [kvHeads, headDim]
    std::vector<float> m_v;              ///< [kvHeads, headDim]
    std::vector<float> m_scores;         ///< [heads, capacity of the cache]
    std::vector<float> m_u, m_convolved; ///< [channels] before and after the convolution
    std::vector<float> m_z;              ///< [valueHeads, valueDim]
    std::vector<float> m_b, m_a;         ///< [valueHeads]
    std::vector<float> m_mixed;          ///< [heads, headDim] or [valueHeads, valueDim]: result of attention or rule
    std::vector<float> m_gate;           ///< [inner]
    std::vector<float> m_up;             ///< [inner]
    at::Tensor m_logits;                 ///< [vocab]
};

bool isKnown(const LanguageWeights& weights) {
    const std::vector<const Linear*> all = matricesOf(weights);
    const auto hasView = [](const Linear* linear) { return linear->weight.hasView(); };
    return std::all_of(all.begin(), all.end(), hasView) && weights.embedding.hasView() &&
           weightType(at::typeMetaToScalarType(weights.options.dtype()));
}

} // namespace

std::unique_ptr<TokenStep> makeCpuTokenStep(const LanguageWeights& weights, CpuLevel level) {
    return isKnown(weights) ? std::make_unique<CpuTokenStep>(weights, level) : nullptr;
}

} // namespace prunescope::model
