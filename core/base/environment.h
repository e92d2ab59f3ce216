#pragma once

#include <cstdlib>
#include <string>

namespace prunescope {

/// The value of an environment variable; empty where it is not set, which no caller tells apart.
inline std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

} // namespace prunescope
