#pragma once

#include "model/train/batch.h"
#include "model/train/losses.h"
#include "model/train/parameters.h"

#include <map>
#include <string>

namespace prunescope::model::train {

/// Auxiliary OCR heads, which make the vision encoder read: every kept block says which characters lie in its halves,
/// and of the element they belong to the text, the label, the box and the state. Answers alone hardly teach it that.
/// They are dropped when a model is saved.
class OcrHeads {
public:
    /// `width`: of the language layers. Registers parameters that begin with "reading.".
    OcrHeads(std::int64_t width, std::size_t deepstackLayers, std::uint64_t seed, ParameterSet& parameters);

    struct Losses {
        at::Tensor total;                        ///< scalar with gradient
        std::map<std::string, at::Tensor> parts; ///< scalars, for the log; "own_right" is a share
    };
    /// `embedding` [vocab, width]: texts are predicted as the embeddings of their tokens, so that what a block holds
    /// can be copied into an answer.
    Losses operator()(const VisionFeatures& features, const OcrRows& rows, const at::Tensor& embedding,
                      const NumberTargets& numbers) const;

private:
    struct Affine {
        at::Tensor weight, bias;
    };
    at::Tensor ownLoss(const Affine& head, const at::Tensor& features, const at::Tensor& targets,
                       at::Tensor* right) const;
    Losses elementLosses(const Affine& head, const at::Tensor& features, const OcrRows& rows,
                         const at::Tensor& embedding, const NumberTargets& numbers) const;

    std::int64_t m_width;
    Affine m_own, m_ownEarly;          ///< from the merged features, and from those of a middle layer
    Affine m_element, m_elementMerged; ///< from the last deepstack layer, and from the merged features: what the first
                                       ///< language layers see
};

} // namespace prunescope::model::train
