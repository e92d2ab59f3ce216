#pragma once

#include <functional>

namespace prunescope {

/// Threads that work on one picture at most: what `setMaxWorkers` said, else the processors this process may run on.
int maxWorkers();
/// Sets the limit for the whole process; 0: as many as there are processors again. Any thread.
void setMaxWorkers(int count);

/// Work on fewer bytes of a picture costs a thread more to start than it saves.
inline constexpr int kBytesPerThread = 3 << 19;

/// Calls `work(first, last)` on disjoint ranges that cover [0, count), on as many threads as pay when a thread should
/// get at least `grain` items; the caller is one of them, and with one nothing is started. Returns when all are done;
/// then rethrows the first exception. `work` must be safe to call from several threads.
void parallelRanges(int count, int grain, const std::function<void(int first, int last)>& work);

} // namespace prunescope
