#pragma once

#include "model/train/batch.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model::train {

/// Coordinates are learned with soft targets: near misses cost less than far ones.
class NumberTargets {
public:
    NumberTargets() = default;
    /// `ids`: of the numbers 0 to 1000. A target spreads over its neighbours with this deviation, within three of it.
    NumberTargets(const std::vector<std::int64_t>& ids, at::Device device, double deviation = 2.0);

    bool areKnown() const { return m_ids.defined(); }
    const at::Tensor& ids() const { return m_ids; } ///< [1001] int64
    /// Cross-entropy [n] of log-probabilities [n, 1001] against numbers [n].
    at::Tensor loss(const at::Tensor& logProbabilities, const at::Tensor& numbers) const;

private:
    at::Tensor m_ids;    ///< [1001] int64
    at::Tensor m_spread; ///< [1001, 1001] float32: row = target
};

/// Options of the loss of answers.
struct AnswerLossOptions {
    double alpha = 1; ///< share of cross-entropy; the rest is KL(teacher || student) (pixelprune spec, post-training)
    bool sum = false; ///< as the paper has it: cross-entropy plus KL, both in full
    double temperature = 1;       ///< of both sides of the KL
    std::int64_t chunkRows = 512; ///< logits of so many answer tokens exist at a time
};

/// Loss of the answer tokens of a batch. Sums, to be divided by the answer tokens of all batches of a step.
struct AnswerLoss {
    at::Tensor total;        ///< scalar with gradient: what is minimised
    at::Tensor text;         ///< scalar: cross-entropy of tokens that are no coordinates
    at::Tensor number;       ///< scalar: soft cross-entropy of coordinates
    at::Tensor distillation; ///< scalar: KL
    at::Tensor best;         ///< [n] int64: the most probable token
};

/// `hidden` [n, width] of the predicting rows and `head` [vocab, width]; with `teacher` [n, width] and its head where
/// there is one. Works through the vocabulary in chunks of rows, and makes the gradient on the way.
struct TeacherStates {
    at::Tensor hidden;
    at::Tensor head;
};
AnswerLoss answerLoss(const at::Tensor& hidden, const at::Tensor& head, const TeacherStates& teacher,
                      const TrainBatch& batch, const NumberTargets& numbers, const AnswerLossOptions& options);

} // namespace prunescope::model::train
