#pragma once

#include "model/study/core_bench.h"

#include <string>

namespace prunescope::app {

/// A table for each picture: median, data rate and share of the copy rate on one thread, all threads and the GPU.
std::string coreBenchTables(const CoreBenchReport& report);

} // namespace prunescope::app
