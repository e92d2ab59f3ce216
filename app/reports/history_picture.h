#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope::app {

/// The pictures of a record as HTML: each with the places of the answer, and beside that as the model saw it, dropped
/// blocks dimmed. `answer`: the `ask` object, of whatever program.
std::string historyPictures(const nlohmann::json& answer);

} // namespace prunescope::app
