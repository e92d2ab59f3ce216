#include "model/values/asked_part.h"

#include "core/image/mark_frame.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr const char* kMarked = "marked";
constexpr const char* kFrameWords = "The question is about the part of the picture inside the red frame.\n";

nlohmann::json toJson(PixelRect rect) {
    return {rect.x, rect.y, rect.width, rect.height};
}

} // namespace

const char* toText(RegionUse use) {
    return use == RegionUse::Marked ? kMarked : "crop";
}

RegionUse regionUseOf(const std::string& text) {
    return text == kMarked ? RegionUse::Marked : RegionUse::Crop;
}

Picture shownWith(const Picture& picture, const AskedPart& part) {
    return part.isMarked() ? framed(picture, part.region) : picture;
}

ImageInput askedImage(const Picture& picture, const std::string& name, const AskedPart& part, bool decodedOnWhite) {
    return {shownWith(picture, part), name, part.isMarked() ? PixelRect{} : part.region, decodedOnWhite};
}

std::string askedText(const std::string& question, const AskedPart& part) {
    return part.isMarked() ? kFrameWords + question : question;
}

void addTo(nlohmann::json& object, const AskedPart& part) {
    if (!part.region.empty())
        object["region"] = {{"px", toJson(part.region)}, {"shown", toText(part.use)}};
    for (const PixelRect& rect : part.redacted)
        object["redacted"].push_back(toJson(rect));
}

} // namespace prunescope::model
