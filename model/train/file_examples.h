#pragma once

#include "model/train/train_config.h"
#include "model/train/training_example.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace prunescope::model::train {

/// Training examples from a question set in a file, in their own sizes. Questions are asked as `eval` asks them, those
/// of tables with the benchmark's prompt. Throws as openQuestionSet does, for any row that can't be learned: one with
/// several pictures or a system text too.
std::unique_ptr<ExampleSource> fileExamples(const DataConfig& data);

/// What `checkFiles` found in the question set of a file.
struct CheckedFile {
    std::string file;
    std::int64_t questions = 0;
    std::vector<std::string> notes; ///< how it was read
};
/// Opens the question sets of a run, each once. Throws as `fileExamples`.
std::vector<CheckedFile> checkFiles(const TrainConfig& config);

} // namespace prunescope::model::train
