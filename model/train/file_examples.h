#pragma once

#include "model/train/train_config.h"
#include "model/train/training_example.h"

namespace prunescope::model::train {

/// Training examples from a question set in a file, in their own sizes. Throws as openQuestionSet does.
std::unique_ptr<ExampleSource> fileExamples(const DataConfig& data);

} // namespace prunescope::model::train
