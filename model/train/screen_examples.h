#pragma once

#include "model/train/train_config.h"
#include "model/train/training_example.h"

namespace prunescope::model::train {

/// Training examples from drawn screens. Throws as ScreenMaker does.
std::unique_ptr<ExampleSource> screenExamples(const DataConfig& data);

} // namespace prunescope::model::train
