#pragma once

namespace prunescope::ui {

/// Lets the calling thread, and those that it starts from now on, give way to the window where both want a core: what
/// people see does not wait for what is still being made. Does nothing where the system has no such thing.
void giveWayToWindow();

} // namespace prunescope::ui
