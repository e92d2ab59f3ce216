#include "model/families/qwen3_vl_vision.h"

#include "model/families/kept_features.h"
#include "model/layers/attention.h"
#include "model/layers/residual.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// All rows one after the other; those of a single picture as they are, without a copy.
at::Tensor packed(std::vector<at::Tensor> parts) {
    return parts.size() == 1 ? parts.front() : at::cat(parts);
}

/// cu_seqlens: where segments begin, and the end.
at::Tensor cumulative(const std::vector<std::int64_t>& segments) {
    std::vector<std::int64_t> starts{0};
    for (const std::int64_t length : segments)
        starts.push_back(starts.back() + length);
    return at::tensor(starts, at::kLong);
}

/// Are the masks applied before the first vision layer?
bool keptAtOnce(const VisionInput& input) {
    return input.place == Place::Input || (input.place == Place::VisionLayer && input.vitLayer == 0);
}

} // namespace

at::Tensor Qwen3VlVision::Merger::operator()(const at::Tensor& hidden) const {
    if (normAfterGrouping)
        return mlp(norm(hidden.reshape({-1, grouped})));
    return mlp(norm(hidden).reshape({-1, grouped}));
}

Qwen3VlVision::Qwen3VlVision(const VisionConfig& config, WeightSource& weights, at::Device device, at::ScalarType dtype)
    : m_config(config), m_device(device), m_dtype(dtype) {
    const std::string root = "model.visual.";
    // Kernel and stride of the convolution are the patch itself: it is a linear layer over the values of a patch row.
    const auto [patchPx, merge, frames] = config.geometry;
    m_patchEmbed = {weights.get(root + "patch_embed.proj.weight", {config.width, 3, frames, patchPx, patchPx})
                        .reshape({config.width, config.geometry.patchFeatures()}),
                    weights.get(root + "patch_embed.proj.bias", {config.width})};
    m_positions = weights.get(root + "pos_embed.weight", {config.tableSide * config.tableSide, config.width});
    for (std::int64_t i = 0; i < config.depth; ++i)
        m_layers.push_back(loadLayer(weights, root + "blocks." + std::to_string(i) + "."));
    m_merger = loadMerger(weights, root + "merger.", false);
    for (std::size_t j = 0; j < config.deepstackLayers.size(); ++j)
        m_deepstack.push_back(loadMerger(weights, root + "deepstack_merger_list." + std::to_string(j) + ".", true));
}

std::int64_t Qwen3VlVision::matrixBytes() const {
    const auto ofMlp = [](const GeluMlp& mlp) { return mlp.fc1.weight.bytes() + mlp.fc2.weight.bytes(); };
    std::int64_t bytes = ofMlp(m_merger.mlp);
    for (const Merger& merger : m_deepstack)
        bytes += ofMlp(merger.mlp);
    for (const Layer& layer : m_layers)
        bytes += layer.qkv.weight.bytes() + layer.proj.weight.bytes() + ofMlp(layer.mlp);
    return bytes;
}

Qwen3VlVision::Layer Qwen3VlVision::loadLayer(WeightSource& weights, const std::string& name) const {
    const std::int64_t width = m_config.width, inner = m_config.inner;
    return {loadLayerNorm(weights, name + "norm1", width),
            loadLinear(weights, name + "attn.qkv", width, 3 * width, true),
            loadLinear(weights, name + "attn.proj", width, width, true), loadLayerNorm(weights, name + "norm2", width),
            GeluMlp{loadLinear(weights, name + "mlp.linear_fc1", width, inner, true),
                    loadLinear(weights, name + "mlp.linear_fc2", inner, width, true), "tanh"}};
}

Qwen3VlVision::Merger Qwen3VlVision::loadMerger(WeightSource& weights, const std::string& name,
                                                bool normAfterGrouping) const {
    const std::int64_t grouped = m_config.width * m_config.geometry.patchesPerBlock();
    return {loadLayerNorm(weights, name + "norm", normAfterGrouping ? grouped : m_config.width),
            GeluMlp{loadLinear(weights, name + "linear_fc1", grouped, grouped, true),
                    loadLinear(weights, name + "linear_fc2", grouped, m_config.outWidth, true), "none"},
            grouped, normAfterGrouping};
}

/// Patches of the kept blocks (all blocks when the masks are applied later) with positions of the full grid: dropping
/// blocks never moves the others.
VisionStream Qwen3VlVision::embed(const VisionInput& input, const Observer& observer) const {
    std::vector<at::Tensor> rows;
    BlocksOfImages blocks;
    VisionStream stream;
    for (std::size_t i = 0; i < input.images.size(); ++i) {
        const VisionImage& image = input.images[i];
        blocks.push_back(keptAtOnce(input) ? input.masks[i].keptIndices() : KeepMask::all(image.grid()).keptIndices());
        rows.push_back(patchRows(image, blocks.back(), m_device, m_dtype));
        stream.segments.push_back(rows.back().size(0));
    }
    const at::Tensor patches = m_patchEmbed(packed(std::move(rows)));
    observer("vit/patch_embed", patches);
    if (observer.onValue || !placeOnGpu(input, blocks, patches, stream)) // who looks sees the positions alone
        place(input, blocks, patches, stream, observer);
    observer("vit/rope_cos", stream.rotary.cos);
    observer("vit/rope_sin", stream.rotary.sin);
    return stream;
}

/// One kernel a picture. False where there is none.
bool Qwen3VlVision::placeOnGpu(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                               VisionStream& stream) const {
    if (!patches.is_cuda())
        return false;
    std::vector<at::Tensor> cosines, sines;
    std::int64_t start = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const at::Tensor mine = patches.narrow(0, start, stream.segments[i]);
        const auto rotary = cudaPlacePatches(mine, m_positions, m_config.tableSide, input.images[i].grid(), blocks[i],
                                             m_config.headDim());
        if (!rotary)
            return false; // for the first picture, or for none
        cosines.push_back(rotary->cos);
        sines.push_back(rotary->sin);
        start += stream.segments[i];
    }
    stream.hidden = patches;
    stream.rotary = {packed(std::move(cosines)), packed(std::move(sines))};
    return true;
}

void Qwen3VlVision::place(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                          VisionStream& stream, const Observer& observer) const {
    std::vector<at::Tensor> positions, y, x;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const BlockGrid grid = input.images[i].grid();
        const PatchPlaces places = patchPlaces(grid, blocks[i], m_device);
        positions.push_back(positionEmbedding(m_positions, m_config.tableSide, grid, places));
        y.push_back(places.y);
        x.push_back(places.x);
    }
    const at::Tensor position = packed(std::move(positions));
    observer("vit/pos_embed", position);
    stream.hidden = patches + position;
    stream.rotary = visionRotary(packed(std::move(y)), packed(std::move(x)), m_config.headDim());
}

at::Tensor Qwen3VlVision::attend(const Layer& layer, const at::Tensor& hidden, const VisionStream& stream) const {
    const at::Tensor packedHeads = layer.qkv(hidden).view({hidden.size(0), 3, m_config.heads, m_config.headDim()});
    const auto qkv = packedHeads.unbind(1);
    if (packedHeads.is_cuda() && cudaVisionHeads(packedHeads, stream.rotary))
        return layer.proj(segmentAttention(qkv[0], qkv[1], qkv[2], stream.segments));
    return layer.proj(
        segmentAttention(rotate(qkv[0], stream.rotary), rotate(qkv[1], stream.rotary), qkv[2], stream.segments));
}

/// Vision layers [begin, end).
void Qwen3VlVision::run(std::int64_t begin, std::int64_t end, VisionStream& stream, const Observer& observer) const {
    Residual hidden(stream.hidden);
    for (std::int64_t i = begin; i < end; ++i) {
        const Layer& layer = m_layers[static_cast<std::size_t>(i)];
        hidden.add(attend(layer, hidden.normed(layer.norm1), stream));
        hidden.add(layer.mlp(hidden.normed(layer.norm2)));
        observer.checkStop();
        if (observer.onValue)
            observer("vit/block", static_cast<std::size_t>(i), hidden.settled());
        const std::size_t taken = stream.deepstack.size();
        if (taken < m_config.deepstackLayers.size() && m_config.deepstackLayers[taken] == i)
            stream.deepstack.push_back(m_deepstack[taken](hidden.settled()));
    }
    stream.hidden = hidden.settled();
}

/// Drops patches; features taken so far are of all blocks and lose them too.
void Qwen3VlVision::cut(VisionStream& stream, const std::vector<KeepMask>& masks) const {
    const int perBlock = m_config.geometry.patchesPerBlock();
    const at::Tensor rows = keptRows(masks, perBlock, m_device), blocks = keptRows(masks, 1, m_device);
    stream.hidden = stream.hidden.index_select(0, rows);
    stream.rotary = stream.rotary.rows(rows);
    for (at::Tensor& feature : stream.deepstack)
        feature = feature.index_select(0, blocks);
    for (std::size_t image = 0; image < masks.size(); ++image)
        stream.segments[image] = masks[image].keptPatchCount();
}

/// All patches after `input.vitLayer` blocks, from memory where they are there.
VisionStream Qwen3VlVision::firstLayers(const VisionInput& input, const Observer& observer) const {
    if (input.partialState && input.partialState->hidden.defined())
        return *input.partialState;
    VisionStream stream = embed(input, observer);
    run(0, input.vitLayer, stream, observer);
    if (input.partialState)
        *input.partialState = stream;
    return stream;
}

VisionFeatures Qwen3VlVision::encode(const VisionInput& input, const Observer& observer) const {
    const bool inside = input.place == Place::VisionLayer && !keptAtOnce(input);
    VisionStream stream = inside ? firstLayers(input, observer) : embed(input, observer);
    if (inside)
        cut(stream, input.masks);
    run(inside ? input.vitLayer : 0, m_config.depth, stream, observer);
    observer("vit/cu_seqlens", cumulative(stream.segments));
    VisionFeatures features{m_merger(stream.hidden), std::move(stream.deepstack)};
    if (input.place == Place::AfterEncoder)
        features = keepFeatures(features, input.masks);
    observer("vit/merged", features.merged);
    for (std::size_t j = 0; j < features.deepstack.size(); ++j)
        observer("vit/deepstack", j, features.deepstack[j]);
    return features;
}

} // namespace prunescope::model
