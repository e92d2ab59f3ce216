#pragma once

#include "core/base/json_fields.h"
#include "model/datasets/question_line.h"

namespace prunescope::model {

/// Whether an object is an annotation of ScreenSpot V2 or ScreenSpot-Pro (evaluation spec 6.1).
bool isPlace(const JsonFields& fields);
/// Whether it is one of Pro, the boxes of which are corners.
bool isProPlace(const JsonFields& fields);
/// Reads it: a question for a place, its other fields kept. Throws Error(BadFile) that names the field, also for a
/// target that is not there.
QuestionLine readPlace(const JsonFields& fields, const SizeOfPicture& sizeOf);

} // namespace prunescope::model
