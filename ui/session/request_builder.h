#pragma once

#include "core/image/screenshot.h"
#include "model/values/request.h"
#include "ui/session/turn.h"

#include <span>

namespace prunescope::ui {

class Conversation;
class MaskView;

/// The next question about `screenshot`: the answered turns about the same region of the same picture, then `next`. The
/// first user message carries the picture. Turns about another part of it are left out, since their coordinates mean
/// other places, and those about another picture, be it a frame before it or one with other parts redacted. So are
/// those of questions that were asked under several plans, and such a question is alone in its prompt.
model::Request requestFor(const Screenshot& screenshot, std::span<const Turn> earlier, const Turn& next);
/// The question that is typed, as it would be asked now.
model::Request draftRequest(const Screenshot& screenshot, const MaskView& mask, const Conversation& conversation);
/// The same; while nothing is typed, the last question that was asked.
model::Request draftOrLastRequest(const Screenshot& screenshot, const MaskView& mask, const Conversation& conversation);

} // namespace prunescope::ui
