#pragma once

#include "core/image/screenshot.h"
#include "model/values/request.h"
#include "ui/session/turn.h"

#include <span>

namespace prunescope::ui {

/// The next question about `screenshot`: the answered turns about the same region, then `next`. The first user message
/// carries the picture. Turns about another part of the picture are left out: their coordinates mean other places.
model::Request requestFor(const Screenshot& screenshot, std::span<const Turn> earlier, const Turn& next);

} // namespace prunescope::ui
