#pragma once

#include <string>

namespace prunescope::model {

/// What a path means where a model is asked for: a folder in a hub cache (models--OWNER--NAME) means its current
/// snapshot; all others are themselves, without '/' at their end. GGUF files may be given themselves. Throws
/// Error(NotFound), Error(BadFile) or Error(Unsupported) for what is no folder, naming what it is.
std::string resolveModelPath(const std::string& path);

} // namespace prunescope::model
