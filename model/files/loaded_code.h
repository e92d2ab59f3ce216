#pragma once

namespace prunescope::model {

/// Lets go of the memory that holds code and constants of the program and its libraries, of which the start of LibTorch
/// touches tens of megabytes that nothing needs again soon. What is used comes back from the files, as at the start;
/// nothing is lost, for only what can't be written is let go of. Any thread.
void releaseLoadedCode();

} // namespace prunescope::model
