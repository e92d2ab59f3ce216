#include "model/network/vision_network.h"

#include "core/blocks/patch_order.h"
#include "model/layers/gradient_ops.h"
#include "model/layers/patch_embed.h"
#include "model/network/attention_windows.h"
#include "model/network/kept_features.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// All rows one after the other; those of a single picture as they are, without a copy.
at::Tensor packed(std::vector<at::Tensor> parts) {
    return parts.size() == 1 ? parts.front() : at::cat(parts);
}

at::Tensor onDevice(const std::vector<int>& places, at::Device device) {
    return at::tensor(std::vector<std::int64_t>(places.begin(), places.end()), at::kLong).to(device);
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

/// `rows` [blocks * perBlock, ...] with the blocks in another order.
at::Tensor ordered(const at::Tensor& rows, const at::Tensor& order) {
    return rows.unflatten(0, {order.size(0), -1}).index_select(0, order).flatten(0, 1);
}

/// What is asked for: a state from memory may hold more.
EncoderTraces asked(EncoderTraces traces, const EncoderNeeds& needs) {
    for (const EncoderTrace& trace : kEncoderTraces)
        if (!(needs.*trace.need))
            traces.*trace.values = at::Tensor();
    return traces;
}

/// Which layers see windows alone; none of those that the configuration calls full.
std::vector<bool> windowedLayers(const VisionConfig& config) {
    std::vector<bool> windowed(static_cast<std::size_t>(config.depth), config.windowBlocks > 0);
    for (const std::int64_t full : config.fullLayers)
        windowed.at(static_cast<std::size_t>(full)) = false;
    return windowed;
}

} // namespace

VisionNetwork::VisionNetwork(const ModelConfig& model, const TensorPrefixes& prefixes, WeightSource& weights,
                             const WeightTarget& target)
    : m_config(model.vision), m_device(target.device), m_dtype(target.dtype), m_windowed(windowedLayers(m_config)) {
    const std::string root(prefixes.vision);
    const VisionNames& names = m_config.names;
    const auto [patchPx, merge, frames] = m_config.geometry;
    const std::int64_t width = m_config.width;
    // Kernel and stride of the convolution are the patch itself: it is a linear layer over the values of a patch row.
    const std::string patches = root + std::string(names.patches);
    const std::vector<std::int64_t> kernel = frames == 1
                                                 ? std::vector<std::int64_t>{width, 3, patchPx, patchPx}
                                                 : std::vector<std::int64_t>{width, 3, frames, patchPx, patchPx};
    m_patchEmbed = {weights.get(patches + ".weight", kernel).reshape({width, m_config.geometry.patchFeatures()}),
                    m_config.patchBias ? weights.get(patches + ".bias", {width}) : at::Tensor()};
    if (m_config.tiles)
        m_class = weights.get(root + std::string(names.classToken), m_config.classShape()).view({width});
    if (m_config.tableSide > 0)
        m_positions = weights.get(root + std::string(names.positions), m_config.tableShape()).view({-1, width});
    if (!names.firstNorm.empty())
        m_firstNorm = loadNorm(weights, root + std::string(names.firstNorm), width, m_config.norm == NormKind::Layer,
                               m_config.epsilon);
    for (std::int64_t i = 0; i < m_config.runLayers(); ++i)
        m_layers.push_back(
            loadVisionLayer(m_config, weights, root + std::string(names.layer) + std::to_string(i) + "."));
    if (m_config.runLayers() < m_config.depth)
        m_closing = loadAttentionHead(m_config, weights,
                                      root + std::string(names.layer) + std::to_string(m_config.runLayers()) + ".");
    m_projector = loadProjector(model.projector, m_config, weights, std::string(prefixes.projector));
    ProjectorConfig deepstack = model.projector;
    deepstack.normAfterGrouping = true;
    for (std::size_t j = 0; j < m_config.deepstackLayers.size(); ++j)
        m_deepstack.push_back(
            loadProjector(deepstack, m_config, weights, std::string(prefixes.deepstack) + std::to_string(j) + "."));
}

std::int64_t VisionNetwork::matrixBytes() const {
    std::int64_t bytes = m_projector.bytes();
    for (const Projector& projector : m_deepstack)
        bytes += projector.bytes();
    for (const VisionLayer& layer : m_layers)
        bytes += layer.bytes();
    return bytes;
}

/// Patches of the kept blocks (all blocks when the masks are applied later) with positions of the full grid: dropping
/// blocks never moves the others.
VisionStream VisionNetwork::embed(const VisionInput& input, const Observer& observer) const {
    std::vector<at::Tensor> rows;
    BlocksOfImages blocks;
    VisionStream stream;
    const PixelScale scale{m_config.mean, m_config.deviation};
    for (std::size_t i = 0; i < input.images.size(); ++i) {
        const VisionImage& image = input.images[i];
        blocks.push_back(keptAtOnce(input) ? input.masks[i].keptIndices() : KeepMask::all(image.grid()).keptIndices());
        rows.push_back(patchRows(image, blocks.back(), m_device, m_dtype, scale));
        stream.segments.push_back(rows.back().size(0));
    }
    const at::Tensor patches = m_patchEmbed(packed(std::move(rows)));
    observer("vit/patch_embed", patches);
    if (m_config.tiles)
        return embedTiles(patches, input, observer);
    if (observer.onValue || !placeOnGpu(input, blocks, patches, stream)) // who looks sees the positions alone
        place(input, blocks, patches, stream, observer);
    observer("vit/rope_cos", stream.rotary.cos);
    observer("vit/rope_sin", stream.rotary.sin);
    if (m_config.windowBlocks > 0)
        orderByWindows(input, stream, observer);
    return stream;
}

/// Every tile is a sequence of its own: its class token, then its patches row by row.
VisionStream VisionNetwork::embedTiles(const at::Tensor& patches, const VisionInput& input,
                                       const Observer& observer) const {
    const std::int64_t count = m_config.tilePatches(), tiles = patches.size(0) / count;
    for (std::size_t i = 0; i < input.images.size(); ++i)
        check(input.masks[i].keptCount() == input.masks[i].count() || !keptAtOnce(input), "tiles are encoded whole");
    const at::Tensor own = patches.view({tiles, count, m_config.width})
                               .index_select(1, onDevice(rowMajorPatchOrder(tileGrid()), m_device));
    const at::Tensor classes = m_class.view({1, 1, -1}).expand({tiles, 1, m_config.width});
    at::Tensor embedded = at::cat({classes, own}, 1) + m_positions;
    observer("vit/embeddings", embedded);
    if (m_firstNorm)
        embedded = (*m_firstNorm)(embedded);
    VisionStream stream;
    stream.hidden = embedded.flatten(0, 1);
    stream.segments.assign(static_cast<std::size_t>(tiles), count + 1);
    return stream;
}

int VisionNetwork::tileRows(const BlockGrid& grid) const {
    return m_config.tiles && grid.rows > tileGrid().rows ? tileGrid().rows : 0;
}

BlockGrid VisionNetwork::tileGrid() const {
    const int side = static_cast<int>(m_config.tableSide) / m_config.geometry.merge;
    return {side, side, m_config.geometry};
}

/// One kernel a picture. False where there is none.
bool VisionNetwork::placeOnGpu(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                               VisionStream& stream) const {
    if (!patches.is_cuda() || !m_positions.defined() || !m_config.rotary)
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

void VisionNetwork::place(const VisionInput& input, const BlocksOfImages& blocks, const at::Tensor& patches,
                          VisionStream& stream, const Observer& observer) const {
    std::vector<at::Tensor> positions, y, x;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const BlockGrid grid = input.images[i].grid();
        const PatchPlaces places = patchPlaces(grid, blocks[i], m_device);
        if (m_positions.defined())
            positions.push_back(positionEmbedding(m_positions, m_config.tableSide, grid, places));
        y.push_back(places.y);
        x.push_back(places.x);
    }
    stream.hidden = patches;
    if (m_positions.defined()) {
        const at::Tensor position = packed(std::move(positions));
        observer("vit/pos_embed", position);
        stream.hidden = patches + position;
    }
    if (m_config.rotary)
        stream.rotary = visionRotary(packed(std::move(y)), packed(std::move(x)), m_config.headDim());
}

/// Rows and angles in the order of the windows, in which all layers run (other-families spec 1.4).
void VisionNetwork::orderByWindows(const VisionInput& input, VisionStream& stream, const Observer& observer) const {
    std::vector<std::int64_t> order;
    for (const VisionImage& image : input.images) {
        const AttentionWindows windows = attentionWindows(image.grid(), m_config.windowBlocks);
        const auto first = static_cast<std::int64_t>(order.size());
        for (const std::int64_t block : windows.order)
            order.push_back(first + block);
        for (const std::int64_t blocks : windows.blocks)
            stream.windows.push_back(blocks * m_config.geometry.patchesPerBlock());
    }
    stream.order = at::tensor(order, at::kLong).to(m_device);
    stream.hidden = ordered(stream.hidden, stream.order);
    stream.rotary = {ordered(stream.rotary.cos, stream.order), ordered(stream.rotary.sin, stream.order)};
    observer("vit/window_index", stream.order);
    observer("vit/cu_window_seqlens", cumulative(stream.windows));
}

VisionTracer VisionNetwork::tracer(const EncoderNeeds& needs) const {
    return {m_config, needs, m_closing ? &*m_closing : nullptr};
}

/// Vision layers [begin, end).
void VisionNetwork::run(std::int64_t begin, std::int64_t end, VisionStream& stream, const VisionTracer& tracer,
                        const Observer& observer) const {
    Residual hidden(stream.hidden);
    const TokenMeans means = tokenMeans(stream);
    for (std::int64_t i = begin; i < end; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const std::vector<std::int64_t>& segments = m_windowed[index] ? stream.windows : stream.segments;
        const std::optional<AttentionWatch> watch = tracer.watch(i, segments, means, stream.traces);
        runVisionLayer(m_layers[index], m_config.heads, stream.rotary, segments, hidden, watch ? &*watch : nullptr);
        observer.checkStop();
        if (observer.onValue)
            observer("vit/block", index,
                     m_config.tiles ? hidden.settled().view({-1, m_config.tilePatches() + 1, m_config.width})
                                    : hidden.settled());
        const std::size_t taken = stream.deepstack.size();
        if (taken < m_config.deepstackLayers.size() && m_config.deepstackLayers[taken] == i)
            stream.deepstack.push_back(m_deepstack[taken](hidden.settled()));
    }
    stream.hidden = hidden.settled();
    stream.traced |= tracer.needsOf(begin, end);
}

/// Drops patches; features and traces taken so far are of all blocks and lose them too.
void VisionNetwork::cut(VisionStream& stream, const std::vector<KeepMask>& masks) const {
    const int perBlock = m_config.geometry.patchesPerBlock();
    const at::Tensor rows = keptRows(masks, perBlock, m_device), blocks = keptRows(masks, 1, m_device);
    stream.hidden = stream.hidden.index_select(0, rows);
    stream.rotary = stream.rotary.rows(rows);
    for (at::Tensor& feature : stream.deepstack)
        feature = feature.index_select(0, blocks);
    stream.traces = stream.traces.rows(blocks);
    for (std::size_t image = 0; image < masks.size(); ++image)
        stream.segments[image] = masks[image].keptPatchCount();
}

/// All patches after `input.vitLayer` blocks, from memory where they are there with everything that is asked for.
VisionStream VisionNetwork::firstLayers(const VisionInput& input, const VisionTracer& tracer,
                                        const Observer& observer) const {
    if (input.partialState && input.partialState->hidden.defined()) {
        EncoderNeeds all = input.partialState->traced;
        all |= tracer.needsOf(0, input.vitLayer);
        if (all == input.partialState->traced)
            return *input.partialState;
    }
    VisionStream stream = embed(input, observer);
    run(0, input.vitLayer, stream, tracer, observer);
    if (input.partialState)
        *input.partialState = stream;
    return stream;
}

/// The patches of a block one after the other, blocks in the order of the picture, class tokens left out. `rows`: one
/// for each row of the stream.
at::Tensor VisionNetwork::inBlockOrder(const VisionStream& stream, const at::Tensor& rows) const {
    if (m_config.tiles) {
        const at::Tensor patches =
            rows.unflatten(0, {-1, m_config.tilePatches() + 1}).narrow(1, 1, m_config.tilePatches());
        return patches.index_select(1, onDevice(blockPatchOrder(tileGrid()), m_device)).flatten(0, 1);
    }
    return stream.order.defined() ? ordered(rows, stream.order.argsort()) : rows;
}

TokenMeans VisionNetwork::tokenMeans(const VisionStream& stream) const {
    return [this, &stream](const at::Tensor& rows) {
        const at::Tensor patches = inBlockOrder(stream, rows).to(at::kFloat);
        return patches.unflatten(0, {-1, m_config.geometry.patchesPerBlock()}).mean(1);
    };
}

at::Tensor VisionNetwork::project(const at::Tensor& states) const {
    return m_projector(states.reshape({-1, m_config.width}));
}

VisionFeatures VisionNetwork::encode(const VisionInput& input, const Observer& observer) const {
    const bool inside = input.place == Place::VisionLayer && !keptAtOnce(input);
    const VisionTracer traced = tracer(input.needs);
    VisionStream stream = inside ? firstLayers(input, traced, observer) : embed(input, observer);
    if (inside)
        cut(stream, input.masks);
    run(inside ? input.vitLayer : 0, m_config.runLayers(), stream, traced, observer);
    traced.finish(stream.hidden, tokenMeans(stream), stream.traces);
    observer("vit/cu_seqlens", cumulative(stream.segments));
    const at::Tensor patches = inBlockOrder(stream, stream.hidden);
    if (observer.onValue)
        observer("vit/encoder_features", patches.reshape({-1, m_projector.grouped}));
    VisionFeatures features{m_projector(patches), std::move(stream.deepstack),
                            asked(std::move(stream.traces), input.needs)};
    if (input.needs.states)
        features.traces.states = patches.reshape({-1, m_projector.grouped});
    if (input.place == Place::AfterEncoder)
        features = keepFeatures(features, input.masks);
    observer("vit/merged", features.merged);
    for (std::size_t j = 0; j < features.deepstack.size(); ++j)
        observer("vit/deepstack", j, features.deepstack[j]);
    return features;
}

/// Patches with their positions. A still image is equal frames, so that the frames' weights add up.
at::Tensor VisionNetwork::embedRows(const VisionRows& rows) const {
    const PatchGeometry& geometry = m_config.geometry;
    const at::Tensor weight =
        m_patchEmbed.weight.value().view({m_config.width, 3, geometry.frames, -1}).sum(2).flatten(1);
    std::vector<at::Tensor> tables;
    std::vector<std::int64_t> indices;
    std::vector<std::pair<BlockGrid, std::int64_t>> known; // grids whose table is there, and where it begins
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
            for (int patch = 0; patch < geometry.patchesPerBlock(); ++patch)
                indices.push_back(entry->second + block * geometry.patchesPerBlock() + patch);
    }
    return at::linear(rows.pixels, weight, m_patchEmbed.bias) +
           at::embedding(packed(std::move(tables)), at::tensor(indices, at::kLong).to(m_device));
}

VisionFeatures VisionNetwork::features(const VisionRows& rows) const {
    check(!m_config.tiles && m_config.windowBlocks == 0 && m_config.rotary && m_positions.defined(),
          "training knows whole pictures with positions and angles");
    std::vector<at::Tensor> y, x;
    VisionStream stream;
    for (std::size_t i = 0; i < rows.grids.size(); ++i) {
        const PatchPlaces places = patchPlaces(rows.grids[i], rows.blocks[i], m_device);
        y.push_back(places.y);
        x.push_back(places.x);
        stream.segments.push_back(places.y.size(0));
    }
    stream.rotary = visionRotary(at::cat(y), at::cat(x), m_config.headDim());
    stream.hidden = embedRows(rows);
    run(0, m_config.runLayers(), stream, tracer({}), Observer{});
    return {m_projector(stream.hidden), std::move(stream.deepstack), {}};
}

} // namespace prunescope::model
