#pragma once

#include "core/blocks/keep_mask.h"
#include "core/pruning/method.h"
#include "model/families/model_config.h"
#include "model/images/vision_image.h"
#include "model/layers/observer.h"
#include "model/network/vision_traces.h"

#include <optional>
#include <vector>

namespace prunescope::model {

/// Features that the encoder gives for the kept blocks of all images, in prompt order.
struct VisionFeatures {
    at::Tensor merged;                 ///< [blocks, width of the language layers]
    std::vector<at::Tensor> deepstack; ///< the same shape each
    EncoderTraces traces = {};         ///< likewise one row a block, where `VisionInput::needs` asked
};

/// State of the encoder between two vision layers: the rows of all images, packed one image after the other.
struct VisionStream {
    at::Tensor hidden;                  ///< [rows, width]
    RotaryTable rotary;                 ///< [rows, headDim], or undefined
    std::vector<std::int64_t> segments; ///< rows that see each other in layers that see a whole picture or tile
    std::vector<std::int64_t> windows;  ///< in the other layers, where there are some
    at::Tensor order;                  ///< [blocks] int64: which block stands at each place; undefined: each at its own
    std::vector<at::Tensor> deepstack; ///< features taken so far, [blocks, width] each
    EncoderTraces traces;              ///< of layers so far
    EncoderNeeds traced;               ///< what those layers were asked for
};

/// Input of the encoder: the images of a prompt, their masks, and where those are applied.
struct VisionInput {
    std::vector<VisionImage> images;
    std::vector<KeepMask> masks; ///< one a picture, at least one block kept
    Place place = Place::Input;
    int vitLayer = 0; ///< for Place::VisionLayer
    /// Partial encoder state for Place::VisionLayer, after `vitLayer` vision layers of these images. When it holds
    /// something the encoder goes on from there, else the encoder leaves its state in it.
    VisionStream* partialState = nullptr;
    EncoderNeeds needs = {}; ///< of the encoder, for methods that choose among its tokens
};

/// The kept blocks of the pictures of a batch in training, one picture after the other.
struct VisionRows {
    at::Tensor pixels; ///< [patchesPerBlock * blocks, patchFeatures / frames]: channel, row, column, normalised
    std::vector<BlockGrid> grids;         ///< of each picture, nothing dropped
    std::vector<std::vector<int>> blocks; ///< of each picture, those that are kept
};

/// The vision encoder of a model and its projector: patches -> one vision token a block.
class VisionNetwork {
public:
    VisionNetwork(const ModelConfig& config, const TensorPrefixes& prefixes, WeightSource& weights,
                  const WeightTarget& target);
    VisionFeatures encode(const VisionInput& input, const Observer& observer) const;
    /// The features of whole pictures or of their kept blocks, with a gradient where one is wanted. Not of tiles.
    VisionFeatures features(const VisionRows& rows) const;
    /// Rows of blocks of a tile where a picture of this grid is several tiles in a column; else 0.
    int tileRows(const BlockGrid& grid) const;
    /// Whether methods that merge tokens do so before the projector (other-families spec 5: LLaVA).
    bool mixesStates() const { return m_config.tiles && m_projector.grouped == m_config.width; }
    /// `states` [tokens, patches of a token side by side * width], as in EncoderTraces, or mixtures of them -> [tokens,
    /// width of the language layers].
    at::Tensor project(const at::Tensor& states) const;
    /// Bytes of the matrices of vision layers and projectors.
    std::int64_t matrixBytes() const;

private:
    using BlocksOfImages = std::vector<std::vector<int>>; ///< indices of those that enter the encoder

    VisionStream embed(const VisionInput& input, const Observer& observer) const;
    VisionStream embedTiles(const at::Tensor& patches, const VisionInput& input, const Observer& observer) const;
    bool placeOnGpu(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                    VisionStream& stream) const;
    void place(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches, VisionStream& stream,
               const Observer& observer) const;
    void orderByWindows(const VisionInput& input, VisionStream& stream, const Observer& observer) const;
    at::Tensor embedRows(const VisionRows& rows) const;
    VisionStream firstLayers(const VisionInput& input, const VisionTracer& tracer, const Observer& observer) const;
    void run(std::int64_t begin, std::int64_t end, VisionStream& stream, const VisionTracer& tracer,
             const Observer& observer) const;
    VisionTracer tracer(const EncoderNeeds& needs) const;
    void cut(VisionStream& stream, const std::vector<KeepMask>& masks) const;
    BlockGrid tileGrid() const;
    at::Tensor inBlockOrder(const VisionStream& stream, const at::Tensor& rows) const;
    TokenMeans tokenMeans(const VisionStream& stream) const;

    VisionConfig m_config;
    at::Device m_device;
    at::ScalarType m_dtype;
    Linear m_patchEmbed;    ///< [width, patchFeatures]
    at::Tensor m_class;     ///< [width], of tiles
    at::Tensor m_positions; ///< [side * side (+ 1), width], or undefined
    std::optional<Norm> m_firstNorm;
    std::vector<VisionLayer> m_layers;
    std::vector<bool> m_windowed;           ///< for each layer: attention within windows
    std::optional<AttentionHead> m_closing; ///< of the layer after the last that runs, for those who read its keys
    Projector m_projector;
    std::vector<Projector> m_deepstack;
};

} // namespace prunescope::model
