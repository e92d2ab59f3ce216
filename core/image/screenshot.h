#pragma once

#include "core/base/stage_times.h"
#include "core/image/image_notes.h"
#include "core/image/screen_layout.h"

#include <chrono>
#include <optional>
#include <string>

namespace prunescope {

/// A picture with where it is from and when it was taken.
struct Screenshot {
    Picture picture;
    ImageNotes notes; ///< on the file or image that it was read from
    std::string name; ///< file path, or what was captured
    std::chrono::system_clock::time_point takenAt = std::chrono::system_clock::now();
    double scale = 1.0;                                ///< picture pixels per logical screen pixel
    std::optional<DesktopPart> desktop = std::nullopt; ///< what of a desktop it shows, where it was captured
    StageTimes times = {};                             ///< of getting it: capture, read_image
};

} // namespace prunescope
