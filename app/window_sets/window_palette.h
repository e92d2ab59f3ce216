#pragma once

#include "model/datasets/screens/xoshiro256.h"

#include <QColor>
#include <QPalette>

namespace prunescope::app {

/// Colours of a light or dark desktop with any accent; text reads well on them.
QPalette drawPalette(model::Xoshiro256& random, bool dark);

QColor blend(const QColor& a, const QColor& b, double shareOfB);

} // namespace prunescope::app
