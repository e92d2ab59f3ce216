#pragma once

#include "model/families/model_config.h"
#include "model/layers/delta_rule.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// What a network remembers of the tokens it has seen: keys and values of the layers with attention, states of those
/// with the delta rule. Grows in steps; positions are not its business (pruned prompts have gaps). Layers may hold
/// different numbers of tokens: methods that drop tokens between layers leave fewer to the later ones.
///
/// Keys and values can be cut back to any token. A state cannot: of it there are snapshots, taken on the way at tokens
/// that were named before (qwen3-5 spec 8).
class KvCache {
public:
    KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options);
    /// As the configuration says.
    KvCache(const LanguageConfig& config, at::TensorOptions options);

    struct View {
        at::Tensor keys;   ///< [1, kvHeads, tokens, headDim]
        at::Tensor values; ///< [1, kvHeads, tokens, headDim]
    };
    /// Stores `keys`, `values` [n, kvHeads, headDim] after the `length(layer)` tokens that are there; returns all of
    /// this layer. They count as there once `advance` says so.
    View append(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values);
    /// Call once after every layer has appended `count` tokens.
    void advance(std::int64_t count);
    /// Call once after every layer i has appended `counts[i]` tokens.
    void advance(const std::vector<std::int64_t>& counts);
    /// Room for `count` tokens after those that are there; grows in steps.
    void makeRoom(std::int64_t count);
    /// Room for `tokens` in all, so that nothing is copied up to there. When memory runs out the cache is empty.
    void reserve(std::int64_t tokens);
    /// Forgets all but the first `tokens` of every layer, or some more where states need it: returns how many are left.
    std::int64_t truncate(std::int64_t tokens);
    /// Forgets all but the first `tokens` of the layers below `layer`, and everything of the others. Not of a cache
    /// with states.
    void truncateBelow(std::int64_t layer, std::int64_t tokens);
    /// Keeps the `rows` [n] int64 of a layer alone, in their order.
    void keepRows(std::int64_t layer, const at::Tensor& rows);
    /// The most tokens up to `tokens` that `truncate` would leave.
    std::int64_t reachable(std::int64_t tokens) const;

    /// Hidden states of the first tokens of a prompt before a layer, where tokens are dropped: other tokens may go on
    /// from there next time. Cut along with the keys.
    struct Entry {
        std::int64_t layer = 0; ///< 0: there is none
        at::Tensor hidden;      ///< [tokens, width]
        std::int64_t tokens() const { return layer > 0 ? hidden.size(0) : 0; }
    };
    const Entry& entry() const { return m_entry; }
    void setEntry(Entry entry) { m_entry = std::move(entry); }

    bool hasStates() const { return m_linear.valueHeads > 0; }
    /// The state of a layer with the delta rule, changed in place by a token step; zeros at the start.
    DeltaState& state(std::int64_t layer);
    /// Sets the state of a layer after the tokens that it has run now.
    void setState(std::int64_t layer, DeltaState state);
    /// Keeps the state that a layer has after the first `tokens`; call for every layer before `advance`.
    void keepSnapshot(std::int64_t layer, std::int64_t tokens, DeltaState state);
    /// Bytes of the states, snapshots included.
    std::int64_t stateBytes() const;
    /// Forgets everything and gives the memory back.
    void clear();

    /// Number of tokens of the first layer, which sees every token.
    std::int64_t length() const { return m_lengths.front(); }
    std::int64_t length(std::int64_t layer) const { return m_lengths[static_cast<std::size_t>(layer)]; }
    /// Whether all layers hold the same tokens.
    bool isEven() const;
    /// Tokens there is room for: the stride between heads.
    std::int64_t capacity() const { return m_capacity; }
    std::int64_t layers() const { return static_cast<std::int64_t>(m_layers.size()); }
    /// The first `tokens` of a layer.
    View view(std::int64_t layer, std::int64_t tokens) const;
    /// Version of the content: another number after every change of what is held or how much of it counts, and in every
    /// other cache.
    std::uint64_t version() const { return m_version; }
    /// All of the room of a layer with attention [1, kvHeads, capacity, headDim], contiguous: for steps that read and
    /// write it in place.
    View room(std::int64_t layer) const;
    /// Bytes of the keys and values that are there.
    std::int64_t sizeBytes() const;

private:
    struct Layer {
        at::Tensor keys;
        at::Tensor values;
        DeltaState state; ///< undefined: zeros
    };
    struct Snapshot {
        std::int64_t tokens = 0;
        std::vector<DeltaState> states; ///< of all layers; undefined where there is none
    };
    static constexpr std::size_t kMostSnapshots = 4;

    bool isLinear(std::size_t layer) const { return !m_linearLayers.empty() && m_linearLayers[layer]; }
    Snapshot& snapshotAt(std::int64_t tokens);

    void changed();
    void cutEntry(std::int64_t tokens);
    at::Tensor grown(const at::Tensor& old, std::int64_t tokens) const;

    std::int64_t m_kvHeads;
    std::int64_t m_headDim;
    LinearAttention m_linear; ///< no value heads: there is none
    std::vector<bool> m_linearLayers;
    at::TensorOptions m_options;
    std::int64_t m_capacity = 0;
    std::uint64_t m_version = 0;
    std::vector<Layer> m_layers;
    std::vector<std::int64_t> m_lengths; ///< tokens, per layer
    std::vector<Snapshot> m_snapshots;   ///< by rising tokens
    Entry m_entry;
};

} // namespace prunescope::model
