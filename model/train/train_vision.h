#pragma once

#include "core/blocks/block_grid.h"
#include "model/config/qwen3_vl_config.h"
#include "model/layers/rotary.h"
#include "model/train/parameters.h"
#include "model/weights/weight_source.h"

#include <vector>

namespace prunescope::model::train {

/// The kept blocks of the pictures of a batch, one picture after the other.
struct VisionRows {
    at::Tensor
        pixels; ///< [patchesPerBlock * blocks, patchFeatures / frames]: channel, row, column of each patch, in [-1, 1]
    std::vector<BlockGrid> grids;         ///< of each picture, nothing dropped
    std::vector<std::vector<int>> blocks; ///< of each picture, those that are kept
};

struct TrainedFeatures {
    at::Tensor merged;                 ///< [blocks, width of the language layers]
    std::vector<at::Tensor> deepstack; ///< the same shape each
};

/// Qwen3-VL's vision encoder with gradients (qwen3-vl spec 4): the network of model/families/qwen3_vl_vision.h.
class TrainVision {
public:
    /// Registers its parameters under the names of the checkpoint.
    TrainVision(const VisionConfig& config, WeightSource& weights, ParameterSet& parameters);
    TrainedFeatures operator()(const VisionRows& rows) const;

private:
    struct Norm {
        at::Tensor weight, bias;
    };
    struct Affine {
        Matrix weight;
        at::Tensor bias;
        at::Tensor operator()(const at::Tensor& x) const;
    };
    struct Layer {
        Norm norm1, norm2;
        Affine qkv, proj, fc1, fc2;
    };
    struct Merger {
        Norm norm;
        Affine fc1, fc2;
        std::int64_t grouped = 0; ///< values of a block's patches in one row
        bool normAfterGrouping = false;
        at::Tensor operator()(const at::Tensor& hidden) const;
    };

    at::Tensor embed(const VisionRows& rows) const;
    at::Tensor attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& rotary,
                      const std::vector<std::int64_t>& segments) const;

    VisionConfig m_config;
    at::Device m_device;
    at::Tensor m_patchWeight; ///< [width, 3, frames, patch side, patch side]
    at::Tensor m_patchBias;
    at::Tensor m_positions; ///< [side * side, width]
    std::vector<Layer> m_layers;
    Merger m_merger;
    std::vector<Merger> m_deepstack;
};

} // namespace prunescope::model::train
