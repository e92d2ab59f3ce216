#pragma once

#include "model/tokenizer/bpe_tokenizer.h"
#include "model/train/batch.h"
#include "model/train/train_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::test {

/// Writes tokenizer.json of byte-level tokens in which each of the numbers 0 to 1000 is one token: what the golden
/// model's has not.
void writeNumberTokenizer(const std::filesystem::path& folder);

/// Folder of the model of a golden set.
std::filesystem::path goldenModel(const std::string& set = "qwen3vl");

/// The smallest config of a new network of the family of a golden set, as `model.new` has it.
nlohmann::json smallestNetwork(const std::string& set = "qwen3vl");

/// A training config of one stage on a golden model in float32, one question a small drawn screen.
nlohmann::json smallestConfig(const std::filesystem::path& output, int steps, const std::string& set = "qwen3vl");
/// A training config with a new network and a tokenizer with numbers, written into `folder`.
nlohmann::json numberConfig(const std::filesystem::path& folder, const std::string& output, int steps,
                            const std::string& set = "qwen3vl");

/// A training example: a picture of random blocks with these questions.
model::train::TrainingExample example(int rows, int cols, std::uint32_t seed,
                                      std::vector<model::train::ExampleQuestion> questions = {
                                          {"read", "What is this?", "A window", {}}});
/// A training example as a batch takes it, in its own size.
model::train::PreparedExample prepared(model::train::TrainingExample example,
                                       const model::train::ExampleEncoder& encoder, int mostTokens = 4096);

/// A golden model in float32, ready for training; `change` works on its config.
model::train::TrainModel goldenTrainModel(const nlohmann::json& change = nlohmann::json::object(),
                                          const std::string& set = "qwen3vl");

/// Three pictures with one to three questions, of one size or of several.
std::vector<model::train::PreparedExample> threeExamples(const model::train::ExampleEncoder& encoder,
                                                         bool severalSizes);

/// All lines of a file of JSON lines.
std::vector<nlohmann::json> jsonLines(const std::filesystem::path& file);
/// "loss" of every line that has one, as written.
std::vector<double> losses(const std::vector<nlohmann::json>& lines);

} // namespace prunescope::test
