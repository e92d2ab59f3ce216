#pragma once

#include <string_view>
#include <vector>

namespace prunescope::test {

/// A config.json that can't be read: the smallest published one of its family, changed.
struct BadConfig {
    const char* name;
    const char* patch;     ///< JSON Merge Patch: null takes a field away
    std::string_view said; ///< in the message
};

} // namespace prunescope::test
