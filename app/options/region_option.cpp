#include "app/options/region_option.h"

#include "app/terminal/values.h"
#include "core/base/error.h"

#include <array>
#include <sstream>

namespace prunescope::app {

namespace {

constexpr const char* kRegion = "--region";
constexpr const char* kRedact = "--redact";
constexpr int kLargestSide = 1 << 24;

PixelRect parsePart(const char* option, const std::string& text) {
    std::array<int, 4> values{};
    std::istringstream parts(text);
    std::size_t count = 0;
    for (std::string part; std::getline(parts, part, ','); ++count) {
        const std::int64_t least = count < 2 ? 0 : 1; // a place may be 0, a side may not
        const auto value = parseInteger(option, part, {least, kLargestSide});
        if (count < values.size())
            values[count] = static_cast<int>(value);
    }
    if (count != values.size() || text.ends_with(','))
        throw Error(ErrorKind::Usage, std::string(option) + ": found \"" + text + "\", expected x,y,width,height");
    return {values[0], values[1], values[2], values[3]};
}

void checkPart(const char* option, PixelRect part, Size size) {
    if (clipped(part, size) != part)
        throw Error(ErrorKind::BadInput,
                    std::string(option) + ": found " + std::to_string(part.x) + "," + std::to_string(part.y) + "," +
                        std::to_string(part.width) + "," + std::to_string(part.height) + ", expected a part of the " +
                        std::to_string(size.width) + " x " + std::to_string(size.height) + " picture");
}

} // namespace

void addRegionOption(OptionTable& table, PixelRect& region) {
    table.add({kRegion,
               "X,Y,W,H",
               "show the model only this part of the picture, in its pixels",
               "the whole picture",
               [&region](const std::string& text) { region = parsePart(kRegion, text); },
               {}});
}

void addRedactOption(OptionTable& table, std::vector<PixelRect>& parts) {
    table.add({kRedact,
               "X,Y,W,H",
               "overwrite this part of the picture with black before anything else sees it; may be repeated",
               "nothing",
               [&parts](const std::string& text) { parts.push_back(parsePart(kRedact, text)); },
               {}});
}

void checkRegion(PixelRect region, Size size) {
    checkPart(kRegion, region, size);
}

void checkRedactions(const std::vector<PixelRect>& parts, Size size) {
    for (const PixelRect& part : parts)
        checkPart(kRedact, part, size);
}

} // namespace prunescope::app
