#include "model/decode/cpu_token_step.h"

#include "core/base/error.h"
#include "model/decode/share_barrier.h"
#include "model/kernels/token_ops.h"

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

struct LayerNorms {
    WideNorm input, q, k, post;
};

/// Matrices of a layer in the order in which they are read.
enum Matrix { Q, K, V, O, Gate, Up, Down, kPerLayer };

std::vector<const Linear*> matricesOf(const LanguageWeights& weights) {
    std::vector<const Linear*> all;
    for (const LanguageLayer& layer : weights.layers)
        for (const Linear* linear :
             {&layer.q, &layer.k, &layer.v, &layer.o, &layer.mlp.gate, &layer.mlp.up, &layer.mlp.down})
            all.push_back(linear);
    all.push_back(&weights.head);
    return all;
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
/// norm, q, k, v | attention of heads | o, add | norm, gate, up | down, add.
class CpuTokenStep final : public TokenStep {
public:
    CpuTokenStep(const LanguageWeights& weights, CpuLevel level)
        : m_weights(weights), m_config(weights.config), m_kernels(matrixVector(level)),
          m_stored(weightType(at::typeMetaToScalarType(weights.options.dtype())).value()), m_norm(weights.norm) {
        for (const Linear* linear : matricesOf(weights))
            m_matrices.push_back(linear->view());
        for (const LanguageLayer& layer : weights.layers)
            m_norms.push_back(
                {WideNorm(layer.inputNorm), WideNorm(layer.qNorm), WideNorm(layer.kNorm), WideNorm(layer.postNorm)});
        for (const MatrixView& matrix : m_matrices) {
            m_weightBytes +=
                static_cast<const char*>(rowOf(matrix, matrix.rows)) - static_cast<const char*>(matrix.data);
            m_needsSums |= matrix.type == WeightType::Int4;
        }
        const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
        m_hidden.resize(size(m_config.width));
        m_change.resize(size(m_config.width));
        m_q.resize(size(m_config.heads * m_config.headDim));
        m_attended.resize(m_q.size());
        m_k.resize(size(m_config.kvHeads * m_config.headDim));
        m_v.resize(m_k.size());
        m_gate.resize(size(m_config.inner));
        m_up.resize(size(m_config.inner));
        m_logits = at::empty({m_config.vocab}, at::kFloat);
    }

    at::Tensor run(std::int64_t id, std::int64_t position, KvCache& cache) override {
        check(id >= 0 && id < m_config.vocab, "a token is one of the vocabulary");
        cache.makeRoom(1);
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
    void cutIntoShares() {
        const std::int64_t paying = std::max<std::int64_t>(1, m_weightBytes / kBytesPerShare);
        const int shares = static_cast<int>(std::min<std::int64_t>(at::get_num_threads(), paying));
        if (m_barrier && shares == m_shares)
            return;
        m_shares = shares;
        m_barrier.emplace(shares);
        const std::int64_t longest = std::max({m_config.width, m_config.inner, m_config.heads * m_config.headDim});
        m_scratch.assign(
            static_cast<std::size_t>(shares),
            {std::vector<float>(m_hidden.size()), std::vector<float>(static_cast<std::size_t>(longest / kInt4Group))});
    }

    void runShare(const Share& share, const Token& token) {
        for (std::int64_t layer = 0; layer < m_config.layers; ++layer)
            runLayer(layer, share, token);
        multiplyNormed(m_norm, m_config.layers * kPerLayer, {m_logits.mutable_data_ptr<float>()}, share);
    }

    void runLayer(std::int64_t layer, const Share& share, const Token& token) {
        const LayerNorms& norms = m_norms[static_cast<std::size_t>(layer)];
        const std::int64_t first = layer * kPerLayer; // of its matrices
        multiplyNormed(norms.input, first + Q, {m_q.data(), m_k.data(), m_v.data()}, share);
        m_barrier->arrive(share.count());
        attendHeads(norms, layer, share, token);
        m_barrier->arrive(share.count());
        addProduct(first + O, m_attended.data(), share);
        m_barrier->arrive(share.count());
        multiplyNormed(norms.post, first + Gate, {m_gate.data(), m_up.data()}, share);
        const std::int64_t begin = share.begin(m_config.inner);
        swiGlu(m_gate.data() + begin, m_up.data() + begin, share.end(m_config.inner) - begin);
        m_barrier->arrive(share.count());
        addProduct(first + Down, m_gate.data(), share);
        m_barrier->arrive(share.count());
    }

    /// Products of the hidden state, normalised, with as many consecutive matrices as there are `results`. Every thread
    /// normalises for itself: that is quicker than meeting once more.
    void multiplyNormed(const WideNorm& norm, std::int64_t first, std::initializer_list<float*> results,
                        const Share& share) {
        float* normed = scratch(share).normed.data();
        norm(m_hidden.data(), normed);
        const VectorView x = vectorView(normed, m_config.width, share);
        for (float* result : results)
            multiply(first++, x, result, share);
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
        m_kernels.product(rows, x, share.begin(rows.rows), share.end(rows.rows), result,
                          rowOf(next, share.begin(next.rows)));
    }

    VectorView vectorView(const float* values, std::int64_t count, const Share& share) {
        float* sums = scratch(share).groupSums.data();
        if (m_needsSums)
            sumGroups(values, count, sums);
        return {values, sums};
    }

    /// Stores the new key and value of this share's key heads and attends with the query heads that belong to them.
    void attendHeads(const LayerNorms& norms, std::int64_t layer, const Share& share, const Token& token) {
        const KvCache::View room = token.cache->room(layer);
        const std::int64_t headDim = m_config.headDim, heads = m_config.heads / m_config.kvHeads;
        const std::int64_t index = token.cache->length(layer); // of the new token
        for (std::int64_t head = share.begin(m_config.kvHeads); head < share.end(m_config.kvHeads); ++head) {
            float* key = m_k.data() + head * headDim;
            turn(norms.k, key, token);
            const MatrixView keys = appended(room.keys, head, key, index);
            const MatrixView values = appended(room.values, head, m_v.data() + head * headDim, index);
            float* queries = m_q.data() + head * heads * headDim;
            for (std::int64_t i = 0; i < heads; ++i)
                turnQuery(norms.q, queries + i * headDim, token);
            attend(m_kernels, keys, values,
                   {queries, m_scores.data() + head * heads * token.cache->capacity(),
                    m_attended.data() + head * heads * headDim, heads});
        }
    }

    void turn(const WideNorm& norm, float* head, const Token& token) const {
        norm(head, head);
        rotateHead(head, token.cos, token.sin, m_config.headDim);
    }

    void turnQuery(const WideNorm& norm, float* query, const Token& token) const {
        turn(norm, query, token);
        const float scale = 1 / std::sqrt(static_cast<float>(m_config.headDim));
        for (std::int64_t i = 0; i < m_config.headDim; ++i)
            query[i] *= scale;
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
    WeightType m_stored;                ///< of keys and values
    std::vector<MatrixView> m_matrices; ///< kPerLayer a layer, then the head
    std::vector<LayerNorms> m_norms;
    WideNorm m_norm;
    std::int64_t m_weightBytes = 0;
    bool m_needsSums = false; ///< of groups, for Int4

    int m_shares = 1;
    std::optional<ShareBarrier> m_barrier;
    std::vector<Scratch> m_scratch; ///< [shares]
    std::vector<float> m_hidden;    ///< [width]
    std::vector<float> m_change;    ///< [width] what a product adds to it
    std::vector<float> m_q;         ///< [heads, headDim]
    std::vector<float> m_k;         ///< [kvHeads, headDim]
    std::vector<float> m_v;         ///< [kvHeads, headDim]
    std::vector<float> m_scores;    ///< [heads, capacity of the cache]
    std::vector<float> m_attended;  ///< [heads, headDim]
    std::vector<float> m_gate;      ///< [inner]
    std::vector<float> m_up;        ///< [inner]
    at::Tensor m_logits;            ///< [vocab]
};

bool isKnown(const LanguageWeights& weights) {
    const std::vector<const Linear*> all = matricesOf(weights);
    const auto isPlain = [](const Linear* linear) { return linear->weight.hasView() && !linear->bias.defined(); };
    return std::all_of(all.begin(), all.end(), isPlain) && weights.embedding.hasView() &&
           weightType(at::typeMetaToScalarType(weights.options.dtype()));
}

} // namespace

std::unique_ptr<TokenStep> makeCpuTokenStep(const LanguageWeights& weights, CpuLevel level) {
    return isKnown(weights) ? std::make_unique<CpuTokenStep>(weights, level) : nullptr;
}

} // namespace prunescope::model
