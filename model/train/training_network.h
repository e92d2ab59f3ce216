#pragma once

#include "model/train/ocr_heads.h"
#include "model/train/train_config.h"
#include "model/train/train_language.h"
#include "model/train/train_vision.h"

#include <memory>
#include <optional>

namespace prunescope::model::train {

/// A Qwen3-VL in training: network, auxiliary OCR heads and all parameters.
class TrainingNetwork {
public:
    TrainingNetwork(const Qwen3VlConfig& config, WeightSource& weights, at::Device device, at::ScalarType type,
                    TrainingScope scope = {});
    /// Adds the auxiliary OCR heads.
    void addOcrHeads(std::uint64_t seed);

    TrainedFeatures encode(const TrainBatch& batch) const { return m_vision(batch.vision); }
    /// Normed hidden states of the rows that predict answers: [n, width].
    at::Tensor answerStates(const TrainBatch& batch, const TrainedFeatures& features) const {
        return m_text(batch.text, features, batch.predicting);
    }
    const TrainLanguage& text() const { return m_text; }
    const OcrHeads* ocrHeads() const { return m_heads ? &*m_heads : nullptr; }
    ParameterSet& parameters() { return m_parameters; }
    const ParameterSet& parameters() const { return m_parameters; }
    const Qwen3VlConfig& config() const { return m_config; }

private:
    Qwen3VlConfig m_config;
    ParameterSet m_parameters;
    TrainVision m_vision;
    TrainLanguage m_text;
    std::optional<OcrHeads> m_heads;
};

} // namespace prunescope::model::train
