#include "model/values/asked_part.h"

#include "core/image/mark_frame.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

constexpr const char* kMarked = "marked";
constexpr std::uint64_t kLargestSide = 1 << 28;
constexpr const char* kFrameWords = "The question is about the part of the picture inside the red frame.\n";

nlohmann::json toJson(PixelRect rect) {
    return {rect.x, rect.y, rect.width, rect.height};
}

/// Empty where it is no rectangle of a picture.
PixelRect rectOf(const nlohmann::json& sides) {
    std::array<int, 4> numbers{};
    if (!sides.is_array() || sides.size() != numbers.size())
        return {};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (!sides[i].is_number_unsigned() || sides[i].get<std::uint64_t>() > kLargestSide)
            return {};
        numbers[i] = sides[i].get<int>();
    }
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
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

AskedPart askedPartOf(const nlohmann::json& object) {
    AskedPart part;
    if (const auto region = object.find("region"); region != object.end() && region->is_object()) {
        part.region = rectOf(region->value("px", nlohmann::json()));
        if (const auto shown = region->find("shown"); shown != region->end() && shown->is_string())
            part.use = regionUseOf(shown->get<std::string>());
    }
    if (const auto list = object.find("redacted"); list != object.end() && list->is_array())
        for (const nlohmann::json& sides : *list)
            if (const PixelRect rect = rectOf(sides); !rect.empty())
                part.redacted.push_back(rect);
    return part;
}

} // namespace prunescope::model
