#pragma once

#include "core/image/picture.h"

namespace prunescope::app {

/// A screenshot of an editor as a program would draw it: bars, margins and lines of words. The same for the same size.
/// For measurements where no picture is given.
Picture drawScreen(Size size);

} // namespace prunescope::app
