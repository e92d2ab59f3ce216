#pragma once

#include <string_view>

/// Stages of getting a picture, before anything is asked about it; core/base/stage_times.h has `read_image` and the
/// others.
namespace prunescope::stage {

inline constexpr std::string_view kCapture = "capture"; ///< asking the desktop for pixels .. pixels in memory

} // namespace prunescope::stage
