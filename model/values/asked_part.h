#pragma once

#include "model/values/request.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// How a model is shown the region that a question is about.
enum class RegionUse {
    Crop,   ///< that part alone
    Marked, ///< the whole picture, the part in a red frame (core/image/mark_frame.h)
};

/// What people want a model to see of a picture. Pixels that are redacted are black in the picture by then: here is
/// where they were, for the record.
struct AskedPart {
    PixelRect region; ///< in pixels of the picture; empty: all of it
    RegionUse use = RegionUse::Crop;
    std::vector<PixelRect> redacted = {};

    bool isMarked() const { return use == RegionUse::Marked && !region.empty(); }
    bool operator==(const AskedPart&) const = default;
};

/// "crop" or "marked", as in records and settings.
const char* toText(RegionUse use);
/// The use of that name; Crop for an unknown one.
RegionUse regionUseOf(const std::string& text);

/// The picture as the model sees it before its resize; for a crop still all of it. A frame is drawn on a copy.
Picture shownWith(const Picture& picture, const AskedPart& part);
/// The image of a request. Places in the answer are of the whole picture either way.
ImageInput askedImage(const Picture& picture, const std::string& name, const AskedPart& part, bool decodedOnWhite);
/// The question as the model reads it: a frame in the picture is named before it.
std::string askedText(const std::string& question, const AskedPart& part);

/// Adds to a record or a mask object what is not usual: `region: {px: [x, y, width, height], shown: "crop"|"marked"}`
/// and `redacted: [[x, y, width, height], ...]`, in pixels of the picture.
void addTo(nlohmann::json& object, const AskedPart& part);
/// What `addTo` wrote; what is not there, or not as it writes it, is as usual.
AskedPart askedPartOf(const nlohmann::json& object);

} // namespace prunescope::model
