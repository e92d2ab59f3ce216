#pragma once

#include "core/base/json_fields.h"
#include "model/datasets/question_line.h"

namespace prunescope::model {

/// The two forms of a line that hold a conversation; see `parseQuestionLine`.
bool isConversation(const JsonFields& fields);
QuestionLine readConversation(const JsonFields& fields);

} // namespace prunescope::model
