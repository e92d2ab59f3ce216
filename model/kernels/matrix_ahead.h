#pragma once

// Internal linkage throughout: files for single instruction sets include this.
#include <stdint.h>

namespace prunescope::model {

/// Distance by which weights are brought into the second cache ahead of the sums. The processor's own prefetcher stops
/// at pages of 4 KB, which costs a third of the bandwidth of two cores; from 16 to 64 KB all distances are equally
/// good.
static constexpr int64_t kAheadBytes = 32 << 10;
static constexpr int64_t kLineBytes = 64;

/// A thread's part of a matrix and what it reads afterwards, in bytes.
struct Stream {
    const char* begin;
    int64_t bytes;
    const char* next; ///< nullptr: nothing
};

/// Address to prefetch while the byte at `offset` of a stream is read.
static inline const char* ahead(const Stream& stream, int64_t offset) {
    const int64_t over = offset + kAheadBytes - stream.bytes;
    return over < 0 || !stream.next ? stream.begin + offset + kAheadBytes : stream.next + over;
}

} // namespace prunescope::model
