#include "model/train/file_lessons.h"

#include "core/base/error.h"

namespace prunescope::model::train {

std::unique_ptr<LessonSource> fileLessons(const DataConfig& data) {
    throw Error(ErrorKind::Unsupported, data.file + ": question sets are merged later");
}

} // namespace prunescope::model::train
