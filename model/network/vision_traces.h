#pragma once

#include "model/families/model_config.h"
#include "model/layers/vision_layer.h"
#include "model/pruners/encoder_pruner.h"

#include <functional>
#include <optional>
#include <vector>

namespace prunescope::model {

/// [rows, ...] of a stream -> [tokens, ...] float32, the mean of a token's patches, in the order of the picture.
using TokenMeans = std::function<at::Tensor(const at::Tensor& rows)>;

/// Reads from the vision layers what methods need (uniprune spec 5, uniprune-2026 spec 3 and 4, other-families spec 5).
/// A layer that nobody asks about is not looked at.
class VisionTracer {
public:
    /// `closing`: of the layer after the last that runs, whose keys PruMerge and MustDrop read; null: there is none,
    /// and they read the last layer's.
    VisionTracer(const VisionConfig& config, const EncoderNeeds& needs, const AttentionHead* closing);

    /// What layers [begin, end) are asked for.
    EncoderNeeds needsOf(std::int64_t begin, std::int64_t end) const;
    /// Who looks at a layer and leaves what is asked for in `traces`; nothing where nothing is. `segments`: in which
    /// the layer's rows see each other, class tokens first. All arguments live as long as the result.
    std::optional<AttentionWatch> watch(std::int64_t layer, const std::vector<std::int64_t>& segments,
                                        const TokenMeans& means, EncoderTraces& traces) const;
    /// The rest, from what the last layer leaves: `hidden` [rows, width].
    void finish(const at::Tensor& hidden, const TokenMeans& means, EncoderTraces& traces) const;

private:
    static bool readsImportance(const EncoderNeeds& needs);
    bool readsColumns(const EncoderNeeds& needs) const;
    void see(const SeenAttention& seen, const EncoderNeeds& needs, const std::vector<std::int64_t>& segments,
             const TokenMeans& means, EncoderTraces& traces) const;
    at::Tensor classRow(const at::Tensor& q, const at::Tensor& k, const TokenMeans& means) const;

    const VisionConfig& m_config;
    EncoderNeeds m_needs;
    const AttentionHead* m_closing;
    std::int64_t m_middle, m_last, m_whole; ///< layers, the last of them the last that sees whole pictures
};

} // namespace prunescope::model
