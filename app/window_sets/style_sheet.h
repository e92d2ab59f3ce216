#pragma once

#include "model/datasets/screens/xoshiro256.h"

#include <QPalette>
#include <QString>

namespace prunescope::app {

/// A style sheet as programs with a look of their own have it: flat buttons, rounded entries, underlined tabs. `em` is
/// the height of the font in logical pixels.
QString drawStyleSheet(model::Xoshiro256& random, const QPalette& palette, int em);

} // namespace prunescope::app
