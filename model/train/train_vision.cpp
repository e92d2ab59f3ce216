#include "model/train/train_vision.h"

#include "core/blocks/keep_mask.h"
#include "model/layers/patch_embed.h"
#include "model/train/train_ops.h"

#include <algorithm>

namespace prunescope::model::train {

namespace {

constexpr double kEpsilon = 1e-6;

/// Takes tensors from a source into the set, by the rules of who is moved how.
class Registrar {
public:
    Registrar(WeightSource& weights, ParameterSet& parameters) : m_weights(weights), m_parameters(parameters) {}

    at::Tensor vector(const std::string& name, std::int64_t width) { return add(name, {width}, Updater::Adam); }
    Matrix matrix(const std::string& name, std::int64_t out, std::int64_t in, std::int64_t parts = 1) {
        return m_parameters.addMatrix(name, m_weights.get(name, {out, in}), parts);
    }
    at::Tensor add(const std::string& name, const std::vector<std::int64_t>& shape, Updater updater) {
        return m_parameters.add(name, m_weights.get(name, shape), updater);
    }

private:
    WeightSource& m_weights;
    ParameterSet& m_parameters;
};

at::Tensor layerNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    return at::layer_norm(x, weight.sizes(), weight, bias, kEpsilon);
}

} // namespace

at::Tensor TrainVision::Affine::operator()(const at::Tensor& x) const {
    return product(x, weight.value(), bias);
}

at::Tensor TrainVision::Merger::operator()(const at::Tensor& hidden) const {
    const at::Tensor rows = normAfterGrouping ? layerNorm(hidden.reshape({-1, grouped}), norm.weight, norm.bias)
                                              : layerNorm(hidden, norm.weight, norm.bias).reshape({-1, grouped});
    return fc2(at::gelu(fc1(rows), "none"));
}

TrainVision::TrainVision(const VisionConfig& config, WeightSource& weights, ParameterSet& parameters)
    : m_config(config), m_device(parameters.device()) {
    Registrar registrar(weights, parameters);
    const std::string root = "model.visual.";
    const std::int64_t width = config.width, inner = config.inner, grouped = width * config.geometry.patchesPerBlock();
    const auto norm = [&](const std::string& name, std::int64_t size) {
        return Norm{registrar.vector(name + ".weight", size), registrar.vector(name + ".bias", size)};
    };
    const auto affine = [&](const std::string& name, std::int64_t in, std::int64_t out, std::int64_t parts = 1) {
        return Affine{registrar.matrix(name + ".weight", out, in, parts), registrar.vector(name + ".bias", out)};
    };
    const auto merger = [&](const std::string& name, bool normAfterGrouping) {
        return Merger{norm(name + "norm", normAfterGrouping ? grouped : width),
                      affine(name + "linear_fc1", grouped, grouped),
                      affine(name + "linear_fc2", grouped, config.outWidth), grouped, normAfterGrouping};
    };
    const auto [patchPx, merge, frames] = config.geometry;
    m_patchWeight =
        registrar.add(root + "patch_embed.proj.weight", {width, 3, frames, patchPx, patchPx}, Updater::Adam);
    m_patchBias = registrar.vector(root + "patch_embed.proj.bias", width);
    m_positions = registrar.add(root + "pos_embed.weight", {config.tableSide * config.tableSide, width}, Updater::Adam);
    for (std::int64_t i = 0; i < config.depth; ++i) {
        const std::string name = root + "blocks." + std::to_string(i) + ".";
        m_layers.push_back({norm(name + "norm1", width), norm(name + "norm2", width),
                            affine(name + "attn.qkv", width, 3 * width, 3), affine(name + "attn.proj", width, width),
                            affine(name + "mlp.linear_fc1", width, inner),
                            affine(name + "mlp.linear_fc2", inner, width)});
    }
    m_merger = merger(root + "merger.", false);
    for (std::size_t j = 0; j < config.deepstackLayers.size(); ++j)
        m_deepstack.push_back(merger(root + "deepstack_merger_list." + std::to_string(j) + ".", true));
}

/// Patches with their positions. A still image is equal frames, so that the frames' weights add up.
at::Tensor TrainVision::embed(const VisionRows& rows) const {
    const at::Tensor weight = m_patchWeight.sum(2).reshape({m_config.width, -1});
    std::vector<at::Tensor> tables;
    std::vector<std::int64_t> indices;
    std::vector<std::pair<BlockGrid, std::int64_t>> known; // grids whose table is there, and where it begins
    const int perBlock = m_config.geometry.patchesPerBlock();
    std::int64_t next = 0;
    for (std::size_t i = 0; i < rows.grids.size(); ++i) {
        const BlockGrid& grid = rows.grids[i];
        auto entry = std::find_if(known.begin(), known.end(), [&](const auto& other) { return other.first == grid; });
        if (entry == known.end()) {
            tables.push_back(positionEmbedding(m_positions, m_config.tableSide, grid,
                                               patchPlaces(grid, KeepMask::all(grid).keptIndices(), m_device)));
            entry = known.insert(known.end(), {grid, next});
            next += grid.patchCount();
        }
        for (const int block : rows.blocks[i])
            for (int patch = 0; patch < perBlock; ++patch)
                indices.push_back(entry->second + block * perBlock + patch);
    }
    const at::Tensor table = tables.size() == 1 ? tables.front() : at::cat(tables);
    return product(rows.pixels, weight, m_patchBias) + rowsOf(table, at::tensor(indices, at::kLong).to(m_device));
}

at::Tensor TrainVision::attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& rotary,
                               const std::vector<std::int64_t>& segments) const {
    const auto qkv = layer.qkv(hidden).view({hidden.size(0), 3, m_config.heads, m_config.headDim()}).unbind(1);
    return layer.proj(attention(turned(qkv[0], rotary), turned(qkv[1], rotary), qkv[2], segments, false));
}

TrainedFeatures TrainVision::operator()(const VisionRows& rows) const {
    std::vector<at::Tensor> y, x;
    std::vector<std::int64_t> segments;
    for (std::size_t i = 0; i < rows.grids.size(); ++i) {
        const PatchPlaces places = patchPlaces(rows.grids[i], rows.blocks[i], m_device);
        y.push_back(places.y);
        x.push_back(places.x);
        segments.push_back(places.y.size(0));
    }
    const RotaryTable rotary = visionRotary(at::cat(y), at::cat(x), m_config.headDim());
    at::Tensor hidden = embed(rows);
    TrainedFeatures features;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Layer& layer = m_layers[i];
        hidden = hidden + attend(layer, layerNorm(hidden, layer.norm1.weight, layer.norm1.bias), rotary, segments);
        const at::Tensor inner = layer.fc1(layerNorm(hidden, layer.norm2.weight, layer.norm2.bias));
        hidden = hidden + layer.fc2(tanhGelu(inner));
        const std::size_t taken = features.deepstack.size();
        if (taken < m_config.deepstackLayers.size() && m_config.deepstackLayers[taken] == static_cast<std::int64_t>(i))
            features.deepstack.push_back(m_deepstack[taken](hidden));
    }
    features.merged = m_merger(hidden);
    return features;
}

} // namespace prunescope::model::train
