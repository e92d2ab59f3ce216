#include "model/network/vision_traces.h"

#include "model/layers/column_attention.h"

#include <algorithm>

namespace prunescope::model {

namespace {

bool seesWhole(const VisionConfig& config, std::int64_t layer) {
    const auto& full = config.fullLayers;
    return config.windowBlocks == 0 || std::find(full.begin(), full.end(), layer) != full.end();
}

/// The nearest layer that sees whole pictures, an earlier one first: columns of a window add up within it alone.
std::int64_t wholeLayer(const VisionConfig& config, std::int64_t layer) {
    for (std::int64_t before = layer; before >= 0; --before)
        if (seesWhole(config, before))
            return before;
    for (std::int64_t after = layer; after < config.runLayers(); ++after)
        if (seesWhole(config, after))
            return after;
    return layer;
}

} // namespace

VisionTracer::VisionTracer(const VisionConfig& config, const EncoderNeeds& needs, const AttentionHead* closing)
    : m_config(config), m_needs(needs), m_closing(closing),
      m_middle(wholeLayer(config, std::clamp<std::int64_t>(config.depth / 2 - 1, 0,
                                                           std::max<std::int64_t>(0, config.runLayers() - 1)))),
      m_last(config.runLayers() - 1), m_whole(wholeLayer(config, m_last)) {}

EncoderNeeds VisionTracer::needsOf(std::int64_t begin, std::int64_t end) const {
    const auto has = [&](std::int64_t layer) { return begin <= layer && layer < end; };
    const bool isClosing = !m_closing; // no layer after the last: what would be read of it is read of the last
    EncoderNeeds needs;
    needs.attention = m_needs.attention && has(m_whole);
    needs.columns = m_needs.columns && has(m_whole);
    needs.middle = m_needs.middle && has(m_middle);
    needs.keys = m_needs.keys && isClosing && has(m_last);
    needs.plainKeys = m_needs.plainKeys && has(m_last);
    needs.mergeAttention = m_needs.mergeAttention && isClosing && has(m_whole);
    needs.closingAttention = m_needs.closingAttention && isClosing && has(m_whole);
    return needs;
}

std::optional<AttentionWatch> VisionTracer::watch(std::int64_t layer, const std::vector<std::int64_t>& segments,
                                                  const TokenMeans& means, EncoderTraces& traces) const {
    const EncoderNeeds needs = needsOf(layer, layer + 1);
    if (!needs.any())
        return std::nullopt;
    AttentionWatch watch;
    watch.plainKeys = needs.plainKeys;
    watch.logTotals = readsColumns(needs);
    watch.see = [this, needs, &segments, &means, &traces](const SeenAttention& seen) {
        see(seen, needs, segments, means, traces);
    };
    return watch;
}

bool VisionTracer::readsImportance(const EncoderNeeds& needs) {
    return needs.attention || needs.mergeAttention || needs.closingAttention;
}

bool VisionTracer::readsColumns(const EncoderNeeds& needs) const {
    return needs.columns || needs.middle || (readsImportance(needs) && !m_config.tiles);
}

void VisionTracer::see(const SeenAttention& seen, const EncoderNeeds& needs, const std::vector<std::int64_t>& segments,
                       const TokenMeans& means, EncoderTraces& traces) const {
    at::Tensor columns, importance;
    if (readsColumns(needs))
        columns = means(columnMeans(seen.q, seen.k, segments, seen.logTotals));
    if (readsImportance(needs))
        importance = m_config.tiles ? classRow(seen.q, seen.k, means) : columns;
    if (needs.attention)
        traces.attention = importance;
    if (needs.columns)
        traces.columns = columns;
    if (needs.middle)
        traces.middle = columns;
    if (needs.keys)
        traces.keys = means(seen.k.flatten(1));
    if (needs.plainKeys)
        traces.plainKeys = means(seen.plainKeys);
    if (needs.mergeAttention)
        traces.mergeAttention = importance;
    if (needs.closingAttention)
        traces.closingAttention = importance;
}

/// What the class token of each tile pays to the tile's patches. q, k: [rows, heads, headDim].
at::Tensor VisionTracer::classRow(const at::Tensor& q, const at::Tensor& k, const TokenMeans& means) const {
    const auto byTile = [&](const at::Tensor& x) { return x.unflatten(0, {-1, m_config.tilePatches() + 1}); };
    return means(rowAttention(byTile(q).select(1, 0), byTile(k)).flatten());
}

void VisionTracer::finish(const at::Tensor& hidden, const TokenMeans& means, EncoderTraces& traces) const {
    const bool asked = m_needs.keys || m_needs.mergeAttention || m_needs.closingAttention;
    if (!asked || !m_closing)
        return;
    const at::Tensor x = m_closing->norm(hidden), q = m_closing->q(x), k = m_closing->k(x);
    const auto split = [](const at::Tensor& rows, std::int64_t heads) { return rows.unflatten(1, {heads, -1}); };
    if (m_needs.keys)
        traces.keys = means(k);
    if (m_needs.mergeAttention) // heads not split
        traces.mergeAttention = classRow(split(q, 1), split(k, 1), means);
    if (m_needs.closingAttention)
        traces.closingAttention = classRow(split(q, m_config.heads), split(k, m_config.heads), means);
}

} // namespace prunescope::model
