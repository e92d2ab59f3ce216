#pragma once

#include "model/datasets/screens/dice.h"

#include <QColor>
#include <QPalette>

namespace prunescope::app {

/// Colours of a light or dark desktop with any accent; text reads well on them.
QPalette drawPalette(model::Dice& dice, bool dark);

QColor blend(const QColor& a, const QColor& b, double shareOfB);

} // namespace prunescope::app
