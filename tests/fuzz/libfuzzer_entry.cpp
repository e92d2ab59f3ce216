// One program for each function of fuzz_bodies.h, which PRUNESCOPE_FUZZ_BODY names. An exception that leaves it ends
// the program, and libFuzzer keeps the input.
#include "tests/fuzz/fuzz_bodies.h"

#include <cstddef>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    prunescope::fuzz::PRUNESCOPE_FUZZ_BODY({data, size});
    return 0;
}
