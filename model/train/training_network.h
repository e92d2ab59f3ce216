#pragma once

#include "model/network/network.h"
#include "model/train/batch.h"
#include "model/train/ocr_heads.h"

#include <memory>
#include <optional>

namespace prunescope::model::train {

/// A network in training: the same that answers, with auxiliary OCR heads and all parameters.
class TrainingNetwork {
public:
    TrainingNetwork(const ModelConfig& config, WeightSource& weights, at::Device device, at::ScalarType type,
                    TrainingScope scope = {});
    /// Adds the auxiliary OCR heads.
    void addOcrHeads(std::uint64_t seed);

    VisionFeatures encode(const TrainBatch& batch) const { return m_network->vision().features(batch.vision); }
    /// Normed hidden states of the rows that predict answers: [n, width].
    at::Tensor answerStates(const TrainBatch& batch, const VisionFeatures& features) const {
        return m_network->text().states(batch.text, features, batch.predicting);
    }
    /// [vocab, width] of the head; logits are its product with hidden states.
    at::Tensor head() const { return m_network->text().weights().head.weight.value(); }
    at::Tensor embedding() const { return m_network->text().weights().embedding.value(); }
    const OcrHeads* ocrHeads() const { return m_heads ? &*m_heads : nullptr; }
    ParameterSet& parameters() { return m_parameters; }
    const ParameterSet& parameters() const { return m_parameters; }
    const ModelConfig& config() const { return m_network->traits().config; }

private:
    ParameterSet m_parameters;
    std::unique_ptr<VisionLanguageModel> m_network;
    std::optional<OcrHeads> m_heads;
};

} // namespace prunescope::model::train
