#pragma once

namespace prunescope::ui {

/// How the canvas shows plans that are compared.
enum class CompareView {
    Swipe,       ///< plan A left of a line, another one right of it
    Single,      ///< one plan at a time
    Differences, ///< which blocks both keep, or one alone
};

} // namespace prunescope::ui
