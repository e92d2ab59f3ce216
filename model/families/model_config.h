#pragma once

#include "core/pruning/method.h"
#include "core/report/cost_model.h"
#include "core/resize/resize.h"
#include "model/tokenizer/token_sequence.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Kind of a norm: mean and variance with weight and bias, or root mean square with a weight.
enum class NormKind { Layer, Rms };

/// What stands between the two products of a feed-forward layer; SwiGlu has a third product.
enum class Activation { TanhGelu, ErfGelu, QuickGelu, SwiGlu };

/// Names of the tensors of a vision encoder, without ".weight" and ".bias", relative to its prefix; those of a layer
/// relative to `layer` and its number. Empty: it has no such tensor.
struct VisionNames {
    std::string_view patches = "patch_embed.proj";
    std::string_view classToken;                     ///< the whole name
    std::string_view positions = "pos_embed.weight"; ///< the whole name
    std::string_view firstNorm;                      ///< of the patches with their positions
    std::string_view layer = "blocks.";
    std::string_view norm1 = "norm1", norm2 = "norm2";
    std::string_view qkv = "attn.qkv"; ///< in one; else `q`, `k` and `v`
    std::string_view q, k, v;
    std::string_view proj = "attn.proj";
    std::string_view fc1 = "mlp.linear_fc1", fc2 = "mlp.linear_fc2"; ///< of GELUs
    std::string_view gate, up, down;                                 ///< of SwiGlu
    std::string_view scale1, scale2; ///< the whole names: by what the results of attention and feed-forward are scaled
};

/// The vision encoder of a model (vision_config).
struct VisionConfig {
    std::int64_t depth = 27;   ///< layers that the checkpoint has
    std::int64_t width = 1152; ///< hidden_size
    std::int64_t inner = 4304; ///< intermediate_size
    std::int64_t heads = 16;
    PatchGeometry geometry;                      ///< patch_size, spatial_merge_size, temporal_patch_size
    std::array<float, 3> mean{0.5F, 0.5F, 0.5F}; ///< of the pixels, red, green, blue, on the scale 0..1
    std::array<float, 3> deviation{0.5F, 0.5F, 0.5F};

    NormKind norm = NormKind::Layer;
    double epsilon = 1e-6; ///< of its norms
    Activation activation = Activation::TanhGelu;
    bool patchBias = true;
    bool rotary = true; ///< queries and keys turn with row and column of their patch
    /// Side of the square table of learned positions, in entries; 0: none. Interpolated to a picture's grid, unless
    /// pictures are `tiles`.
    std::int64_t tableSide = 48;
    /// Pictures are tiles of tableSide x tableSide patches, each with a class token of its own before them, and see
    /// only themselves; the table has a further row for the class token, its first.
    bool tiles = false;
    bool flatTables =
        true; ///< stored class token [width] and table [rows, width]; else [1, 1, width], [1, rows, width]
    std::int64_t windowBlocks = 0; ///< side of a window of attention, in blocks; 0: attention sees the whole picture
    std::vector<std::int64_t> fullLayers;                 ///< those that see the whole picture all the same
    std::vector<std::int64_t> deepstackLayers{8, 16, 24}; ///< vision layers after which a DeepStack feature is taken
    std::int64_t layersRun = 0; ///< the result of the last of these goes to the projector; 0: of all
    VisionNames names;

    std::int64_t headDim() const { return width / heads; }
    std::int64_t tilePatches() const { return tableSide * tableSide; } ///< class token aside
    std::vector<std::int64_t> classShape() const {
        return flatTables ? std::vector<std::int64_t>{width} : std::vector<std::int64_t>{1, 1, width};
    }
    std::vector<std::int64_t> tableShape() const {
        const std::int64_t rows = tableSide * tableSide + (tiles ? 1 : 0);
        return flatTables ? std::vector<std::int64_t>{rows, width} : std::vector<std::int64_t>{1, rows, width};
    }
    std::int64_t runLayers() const { return layersRun > 0 ? layersRun : depth; }
};

/// What makes a vision token of the patches of a block: norm, two products and a GELU (erf) between them. Its parts are
/// named relative to the projector's prefix, without ".weight".
struct ProjectorConfig {
    bool hasNorm = true;
    NormKind norm = NormKind::Layer;
    double epsilon = 1e-6;
    bool normAfterGrouping = false; ///< of all patches of a block as one row; else of each patch
    std::int64_t inner = 0;         ///< width between the products
    std::int64_t outWidth = 0;
    std::string_view normName = "norm", fc1 = "linear_fc1", fc2 = "linear_fc2";
};

/// A layer with the gated delta rule (qwen3-5 spec 5) in the place of attention.
struct LinearAttention {
    std::int64_t keyHeads = 0, valueHeads = 0;
    std::int64_t keyDim = 0, valueDim = 0;
    std::int64_t kernel = 4; ///< taps of the convolution

    std::int64_t keyWidth() const { return keyHeads * keyDim; }
    std::int64_t valueWidth() const { return valueHeads * valueDim; }
    std::int64_t channels() const { return 2 * keyWidth() + valueWidth(); } ///< queries, keys, values
};

/// The language layers of a model (text_config).
struct LanguageConfig {
    std::int64_t vocab = 0;
    std::int64_t width = 0;
    std::int64_t inner = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t kvHeads = 0;
    std::int64_t headDim = 128;
    double rmsEpsilon = 1e-6;
    double ropeTheta = 5e6;
    std::int64_t rotaryDim = 0;                           ///< values of a head that turn, its first; 0: all
    std::array<std::int64_t, 3> ropeSections{24, 20, 20}; ///< frequencies for time, row, column
    bool chunkedSections = false; ///< sections one after the other; else interleaved (qwen3-vl spec 5.4)
    bool qkvBias = false;
    bool headNorms = true;     ///< RMS norms of queries and keys
    bool centredNorms = false; ///< all norms but LinearAttention's multiply with 1 + weight (qwen3-5 spec 4)
    bool gatedQueries = false; ///< q_proj has a gate for each head, whose sigmoid scales the result of attention
    std::vector<bool> linear;  ///< for each layer whether it is a LinearAttention; empty: none is
    LinearAttention linearAttention;
    std::int64_t maxPositions = 262144;
    std::vector<std::int64_t> endTokens; ///< eos_token_id, as it stands there
    bool tiedHead = true; ///< the head is the embedding where the checkpoint stores none; false: it must store one

    bool isLinear(std::int64_t layer) const { return !linear.empty() && linear[static_cast<std::size_t>(layer)]; }
    std::int64_t turned() const { return rotaryDim > 0 ? rotaryDim : headDim; }
};

/// Where a checkpoint keeps its parts: beginnings of tensor names. Files saved by different programs differ.
struct TensorPrefixes {
    std::string_view vision = "model.visual.";
    std::string_view projector = "model.visual.merger.";
    std::string_view deepstack = "model.visual.deepstack_merger_list.";
    std::string_view language = "model.language_model.";
    std::string_view head = "lm_head.";
};

/// Scale of the coordinates in answers.
enum class CoordinateScale {
    Thousandths,   ///< 0..1000 of each side
    ResizedPixels, ///< pixels of the picture at the size at which the model sees it
};

/// Places where methods that choose by pixels may be applied.
struct PixelPlaces {
    bool input = true, inside = true, afterEncoder = true;

    bool has(Place place) const {
        return place == Place::Input ? input : place == Place::VisionLayer ? inside : afterEncoder;
    }
    bool operator==(const PixelPlaces&) const = default;
};

/// Names of the fields of config.json that count layers, for messages.
struct LayerFields {
    const char* languageLayers = "text_config.num_hidden_layers";
    const char* visionLayers = "vision_config.depth";
    const char* deepstack = "vision_config.deepstack_visual_indexes";
};

/// Everything that is particular to one model: its family's rules with the sizes of its config.json.
struct ModelConfig {
    VisionConfig vision;
    ProjectorConfig projector;
    LanguageConfig text;
    ImageTokens tokens;
    PixelLimits images; ///< how pictures become what the encoder sees, where preprocessor_config.json says nothing
    PixelPlaces places;
    CoordinateScale coordinates = CoordinateScale::Thousandths;
    LayerFields fields;
    std::vector<TensorPrefixes> prefixes{{}}; ///< the first whose embeddings of words and patches are there holds

    /// What costs depend on; they are called `name`.
    ModelShape shape(const std::string& name) const;
};

/// Checks that pixels may decide at a place. Throws Error(Usage) that says where they may.
void requirePixelPlace(const ModelConfig& config, Place place);

/// Checks the place of a mask inside the encoder: after `layer` vision layers, 0 = before the first. DeepStack features
/// must not be of mixed length (qwen3-vl spec 9.2). Throws Error(Usage) that says which layers are allowed.
void checkPruneLayer(const ModelConfig& config, std::int64_t layer);

/// Numbers in the tensors of a checkpoint that a model has use for, and of vision layers that do not run.
struct ParameterCount {
    std::int64_t encoder = 0;
    std::int64_t projector = 0; ///< with DeepStack's
    std::int64_t language = 0;  ///< with the head, where it is no second look at the embedding

    std::int64_t vision() const { return encoder + projector; }
    std::int64_t all() const { return vision() + language; }
};
ParameterCount parameterCount(const ModelConfig& config);

} // namespace prunescope::model
