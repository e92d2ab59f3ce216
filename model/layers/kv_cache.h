#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Keys and values of all layers. Grows in steps; positions are not its business (pruned prompts have gaps). Layers may
/// hold different numbers of tokens: methods that drop tokens between layers leave fewer to the later ones.
class KvCache {
public:
    KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options);

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
    /// Forgets all but the first `tokens` of every layer.
    void truncate(std::int64_t tokens);
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
    /// All of a layer's room [1, kvHeads, capacity, headDim], contiguous: for steps that read and write it in place.
    View room(std::int64_t layer) const;
    /// Bytes of the keys and values that are there.
    std::int64_t sizeBytes() const;

private:
    struct Layer {
        at::Tensor keys;
        at::Tensor values;
    };

    void changed();
    at::Tensor grown(const at::Tensor& old, std::int64_t length, std::int64_t tokens) const;

    std::int64_t m_kvHeads;
    std::int64_t m_headDim;
    at::TensorOptions m_options;
    std::int64_t m_capacity = 0;
    std::uint64_t m_version = 0;
    std::vector<Layer> m_layers;
    std::vector<std::int64_t> m_lengths; ///< tokens, per layer
};

} // namespace prunescope::model
