#pragma once

#include "app/window_sets/window_options.h"
#include "model/datasets/question_set.h"
#include "model/datasets/screens/screen.h"

namespace prunescope::app {

/// A window's picture and what is known of it.
struct WindowShot {
    model::Screen screen;
    bool sureOfCounts = false;
};

/// Makes the window of `seed`, takes its picture and reads its geometry. The same for the same arguments on one
/// machine. Needs a QApplication whose styles have those of `options`; its thread only.
WindowShot shootWindow(const WindowOptions& options, std::uint64_t seed);

/// Makes the window of `seed` with questions about it.
model::QuestionGroup askWindow(const WindowOptions& options, std::uint64_t seed);

/// Checks styles and fonts. Throws Error(Usage) for a style that Qt or a font that the machine does not have. Needs a
/// QApplication.
void checkOptions(const WindowOptions& options);

} // namespace prunescope::app
