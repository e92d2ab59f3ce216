#pragma once

#include "model/train/lesson.h"
#include "model/train/train_config.h"

namespace prunescope::model::train {

/// Pictures and questions of a file, in their own sizes. Throws as openQuestionSet does.
std::unique_ptr<LessonSource> fileLessons(const DataConfig& data);

} // namespace prunescope::model::train
