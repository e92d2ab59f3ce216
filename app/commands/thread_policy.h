#pragma once

namespace prunescope::app {

/// Restarts the program so that idle threads sleep; for commands that run a model, before they do anything else. It
/// lets the threads of the matrix library sleep while they wait for each other. The library reads that from the
/// environment when it is loaded, so the program starts itself once more, with the same arguments, unless
/// OMP_WAIT_POLICY is set already. Returns when nothing is left to do.
void ensureSleepingThreads();

} // namespace prunescope::app
