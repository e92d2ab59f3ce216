#pragma once

#include "model/tokenizer/bpe_tokenizer.h"
#include "model/train/train_config.h"
#include "model/train/training_network.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace prunescope::model::train {

/// The model of a training run: a network from a folder, or a new one, with its tokenizer, encoder and config.
struct TrainModel {
    nlohmann::json config;  ///< config.json of the model that will be saved
    std::string companions; ///< folder with its tokenizer and processor
    ModelConfig parsed;
    std::unique_ptr<BpeTokenizer> tokenizer;
    std::unique_ptr<ExampleEncoder> encoder;
    std::unique_ptr<TrainingNetwork> network;
};

/// Throws Error(NotFound), Error(BadFile) or Error(Unsupported) that names file and field; Error(OutOfMemory).
TrainModel openTrainModel(const TrainConfig& config, at::Device device, at::ScalarType type, std::stop_token stop);

/// Opens a teacher: another model that a student learns from, frozen. Throws as `openTrainModel`, and Error(BadInput)
/// where its vocabulary is another one.
std::unique_ptr<TrainingNetwork> openTeacher(const std::string& folder, const TrainModel& student,
                                             std::stop_token stop);

} // namespace prunescope::model::train
