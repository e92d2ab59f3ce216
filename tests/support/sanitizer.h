#pragma once

namespace prunescope::test {

/// With it, freed memory is kept for a while, address space is used up by shadows, and figures of memory mean little.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif

} // namespace prunescope::test
