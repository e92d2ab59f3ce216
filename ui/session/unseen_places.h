#pragma once

#include "ui/session/turn.h"

#include <QStringList>

namespace prunescope::ui {

/// A sentence that says that most of a place in the turn's answer was not seen by the model, since its blocks were
/// dropped before the encoder; empty where it was seen. Takes time that grows with the blocks.
QString unseenText(const Turn& turn, const model::Region& region);
/// The same for all places of the answer, with their labels, where any was not seen; a line each for the first few.
QString unseenPlaces(const Turn& turn);

} // namespace prunescope::ui
