#pragma once

#include "core/base/json_fields.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// The mark of a picture within words.
inline constexpr std::string_view kPictureMark = "<image>";

/// A turn of a conversation.
struct Turn {
    std::string text;  ///< with a mark for each picture
    std::string where; ///< "FILE:LINE: messages[0].content" begins messages
};

/// A conversation, whichever form it has.
struct Turns {
    std::string system;
    std::vector<Turn> turns;         ///< question, answer, question, ...
    std::vector<std::string> images; ///< that parts of the turns name, in the order of their marks
    std::vector<std::string> remarks;
};

/// Whether an object has a conversation.
bool hasTurns(const JsonFields& fields);
/// Its turns. Throws Error(BadFile) that names the field.
Turns readTurns(const JsonFields& fields);

} // namespace prunescope::model
