#pragma once

#include "model/values/thought.h"

#include <functional>
#include <string_view>

namespace prunescope::model {

/// Callbacks while an answer is made, called on the thread that called `Engine::answer`.
struct AnswerEvents {
    std::function<void(std::string_view)> onText;  ///< the next piece of the answer, whole UTF-8 characters
    std::function<void(std::string_view)> onStage; ///< the stage that begins now (names of core/base/stage_times.h)
    /// The next piece of what a model thinks before its answer, likewise.
    std::function<void(std::string_view)> onThought = {};
    /// What was given as the answer so far was the thought, or held it: this is all of both up to here.
    std::function<void(const WrittenText&)> onRewritten = {};
};

} // namespace prunescope::model
