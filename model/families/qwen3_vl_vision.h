#pragma once

#include "model/config/qwen3_vl_config.h"
#include "model/families/family.h"
#include "model/layers/feed_forward.h"
#include "model/layers/norm.h"
#include "model/layers/patch_embed.h"
#include "model/layers/rotary.h"

#include <optional>

namespace prunescope::model {

/// The vision encoder of Qwen3-VL: patches -> one vision token a block (qwen3-vl spec 4 and 9).
class Qwen3VlVision {
public:
    Qwen3VlVision(const VisionConfig& config, WeightSource& weights, at::Device device, at::ScalarType dtype);
    VisionFeatures encode(const VisionInput& input, const Observer& observer) const;
    /// Bytes of the matrices of vision layers and mergers.
    std::int64_t matrixBytes() const;

private:
    struct Layer {
        LayerNorm norm1;
        Linear qkv;
        Linear proj;
        LayerNorm norm2;
        GeluMlp mlp;
    };
    /// The patches of a block -> one feature (spec 4.5).
    struct Merger {
        LayerNorm norm;
        GeluMlp mlp;
        std::int64_t grouped = 0; ///< values of a block's patches in one row
        bool normAfterGrouping = false;
        at::Tensor operator()(const at::Tensor& hidden) const;
    };
    Layer loadLayer(WeightSource& weights, const std::string& name) const;
    Merger loadMerger(WeightSource& weights, const std::string& name, bool normAfterGrouping) const;
    using BlocksOfImages = std::vector<std::vector<int>>; ///< indices of those that enter the encoder
    VisionStream embed(const VisionInput& input, const Observer& observer) const;
    bool placeOnGpu(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                    VisionStream& stream) const;
    void place(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches, VisionStream& stream,
               const Observer& observer) const;
    VisionStream firstLayers(const VisionInput& input, const Observer& observer) const;
    at::Tensor attend(const Layer& layer, const at::Tensor& hidden, const VisionStream& stream) const;
    void run(std::int64_t begin, std::int64_t end, VisionStream& stream, const Observer& observer) const;
    void cut(VisionStream& stream, const std::vector<KeepMask>& masks) const;

    VisionConfig m_config;
    at::Device m_device;
    at::ScalarType m_dtype;
    Linear m_patchEmbed;
    at::Tensor m_positions; ///< [side * side, width]
    std::vector<Layer> m_layers;
    Merger m_merger;
    std::vector<Merger> m_deepstack;
};

} // namespace prunescope::model
