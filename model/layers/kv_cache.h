#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Keys and values of all layers. Grows in steps; positions are not its business (pruned prompts have gaps).
class KvCache {
public:
    KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options);

    struct View {
        at::Tensor keys;   ///< [1, kvHeads, tokens, headDim]
        at::Tensor values; ///< [1, kvHeads, tokens, headDim]
    };
    /// Stores `keys`, `values` [n, kvHeads, headDim] after the `length()` tokens that are there; returns all of this
    /// layer.
    View append(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values);
    /// Call once after every layer has appended `count` tokens.
    void advance(std::int64_t count) { m_length += count; }
    /// Room for `more` tokens after those that are there; grows by half at least, so that single tokens rarely copy.
    void makeRoom(std::int64_t more);
    /// Room for `tokens` in all, so that nothing is copied up to there.
    void reserve(std::int64_t tokens);

    /// Forgets all but the first `tokens`.
    void truncate(std::int64_t tokens);

    std::int64_t length() const { return m_length; }
    /// Tokens there is room for: the stride between heads.
    std::int64_t capacity() const { return m_capacity; }
    std::int64_t layers() const { return static_cast<std::int64_t>(m_layers.size()); }
    /// The first `tokens` of a layer.
    View view(std::int64_t layer, std::int64_t tokens) const;
    /// All of a layer's room [1, kvHeads, capacity, headDim], contiguous: for steps that read and write it in place.
    View room(std::int64_t layer) const;
    /// Of the tokens that are there.
    std::int64_t sizeBytes() const;

private:
    struct Layer {
        at::Tensor keys;
        at::Tensor values;
    };

    std::int64_t m_kvHeads;
    std::int64_t m_headDim;
    at::TensorOptions m_options;
    std::int64_t m_length = 0;
    std::int64_t m_capacity = 0;
    std::vector<Layer> m_layers;
};

} // namespace prunescope::model
