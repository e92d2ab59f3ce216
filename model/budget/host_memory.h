#pragma once

#include <cstdint>
#include <filesystem>

namespace prunescope::model {

/// Memory that a process may still take, in bytes.
struct FreeMemory {
    /// Physical memory of the machine, of the process's control group or of a GPU, whichever leaves least. On the host,
    /// pages of mapped files count as free even while they are in memory: the kernel may drop them.
    std::int64_t physical = 0;
    /// Address space (`ulimit -v`, `-d`) without what is mapped already.
    std::int64_t address = 0;
};

/// Free memory of the host: reads MemAvailable, the limits of the control group (version 2 or 1) and of the process.
/// What the system does not tell counts as no limit. `root`: where proc and sys are looked for. Any thread.
FreeMemory freeHostMemory(const std::filesystem::path& root = "/");

/// Physical memory that this process holds now, mapped files included, in bytes.
std::int64_t residentBytes();

/// Hands freed memory that the C library keeps back to the system.
void returnFreedMemory();

} // namespace prunescope::model
