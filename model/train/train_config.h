#pragma once

#include "core/pruning/prune_plan.h"
#include "model/datasets/screens/screen_maker.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::model::train {

/// Pictures to learn from, drawn or from files.
struct DataConfig {
    double share = 1;      ///< how often it is drawn from, against the others
    std::string file;      ///< a question set: JSON lines or VLMEvalKit TSV; empty: drawn screens
    ScreenOptions screens; ///< of drawn ones
    int questions = 6;     ///< of a picture, at most
    int textTokens = 160;  ///< of questions and answers of a picture, at most
};

struct PlanConfig {
    double share = 1;
    PrunePlan plan;
};

/// A part of a run with its own pictures.
struct StageConfig {
    std::int64_t steps = 0;
    int batch = 32; ///< pictures
    std::vector<DataConfig> data;
    std::vector<PlanConfig> plans;
    bool answers = true; ///< false: auxiliary OCR heads alone, without the language layers
};

struct DistillConfig {
    bool on = false;
    std::string teacher = "self"; ///< or a model folder
    double alpha = 0.5;           ///< share of cross-entropy; the rest is KL
    bool sum = false;             ///< cross-entropy plus KL, as the paper writes it
    double temperature = 1;
    bool isSelf() const { return teacher == "self"; }
};

struct LoraConfig {
    int rank = 0; ///< 0: all parameters are trained
    double alpha = 16;
    std::vector<std::string> targets{"q_proj", "k_proj", "v_proj", "o_proj"};
};

/// Config of a training run, as `prunescope train` reads it. Every field but `output`, `model` and `stages` has a
/// default.
struct TrainConfig {
    std::string file;   ///< where it was read from, for messages
    std::string output; ///< folder for checkpoints, progress.jsonl and the finished model
    std::uint64_t seed = 1;
    std::string device = "auto";
    std::string dtype = "auto";
    int threads = 0;

    std::string modelFolder;     ///< to go on from; or
    nlohmann::json newModel;     ///< the config.json of a new one
    std::string tokenizerFolder; ///< of a new one: where tokenizer.json and its companions are

    std::vector<StageConfig> stages;
    int accumulate = 1; ///< batches of a step
    bool muon = true;
    double learningRate = 1.5e-3; ///< Muon's
    double adamLearningRate = 1e-3;
    double beta2 = 0.98;
    double weightDecay = 0.05;
    double clip = 1.0;
    std::int64_t warmup = 200;
    double decay = 0.4;               ///< last part of the steps, in which the rate falls
    double decayTo = 0.02;            ///< of the rate, at the end
    std::string decayForm = "linear"; ///< or cosine

    std::map<std::string, double> taskWeights; ///< of answers of a task: short ones are few tokens of many
    double ocrWeight = 1;                      ///< of the auxiliary OCR heads, at the first step
    double ocrWeightEnd = 0.25;
    DistillConfig distill;
    LoraConfig lora;
    std::vector<std::string> freeze; ///< beginnings of names of parameters that stay as they are

    double checkpointMinutes = 5;
    std::int64_t logEvery = 20;       ///< steps
    std::int64_t evaluateEvery = 500; ///< steps; 0: never
    int evaluatePictures = 128;
    int compareBatches = 0; ///< batches on which a step with and without pruning is timed before the run

    std::int64_t steps() const;
    bool drawsScreens() const; ///< do any of its stages?
    /// The stage of a step, and its first step.
    const StageConfig& stageOf(std::int64_t step, std::int64_t* first = nullptr) const;
    /// Factor of the learning rates: warm-up, plateau, decay.
    double rateFactor(std::int64_t step) const;
};

/// Reads a training config. Throws Error(NotFound) or Error(BadFile) that names the file and the field: missing,
/// unknown, of the wrong type or out of range. Relative paths are taken from the folder of the file.
TrainConfig readTrainConfig(const std::string& path);
TrainConfig parseTrainConfig(const nlohmann::json& json, const std::string& where, const std::string& folder);

/// Looks at the models of a run, the teacher among them, without reading their weights. Throws Error(NotFound),
/// Error(BadFile) or Error(Unsupported) that names the config.json of one that can't be trained.
void requireTrainedFamilies(const TrainConfig& config);

} // namespace prunescope::model::train
