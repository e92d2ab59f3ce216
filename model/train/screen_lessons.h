#pragma once

#include "model/train/lesson.h"
#include "model/train/train_config.h"

namespace prunescope::model::train {

/// Drawn screens. Throws as ScreenMaker does.
std::unique_ptr<LessonSource> screenLessons(const DataConfig& data);

} // namespace prunescope::model::train
