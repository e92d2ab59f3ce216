#pragma once

namespace prunescope::model {

/// Whether a model writes a thought before its answer.
enum class Thinking {
    Never,
    Optional, ///< a prompt decides
    Always,
};

} // namespace prunescope::model
