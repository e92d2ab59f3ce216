#pragma once

#include "ui/session/turn.h"
#include "ui/store/stored_conversation.h"

namespace prunescope::ui {

/// A turn as the database has it: all that it is shown by, but for what became of single blocks.
StoredTurn storedTurn(const Turn& turn);

/// The turn again, without an `id`, and with the number of the stored picture as `picture`. One that was never answered
/// to its end, or whose answer can't be read any more, says so.
Turn turnOf(const StoredTurn& stored);

} // namespace prunescope::ui
