#include "app/options/region_option.h"

#include "app/terminal/values.h"
#include "core/base/error.h"

#include <array>
#include <sstream>

namespace prunescope::app {

namespace {

constexpr const char* kName = "--region";
constexpr int kLargestSide = 1 << 24;

PixelRect parseRegion(const std::string& text) {
    std::array<int, 4> values{};
    std::istringstream parts(text);
    std::size_t count = 0;
    for (std::string part; std::getline(parts, part, ','); ++count) {
        const std::int64_t least = count < 2 ? 0 : 1; // a place may be 0, a side may not
        const auto value = parseInteger(kName, part, {least, kLargestSide});
        if (count < values.size())
            values[count] = static_cast<int>(value);
    }
    if (count != values.size() || text.ends_with(','))
        throw Error(ErrorKind::Usage, std::string(kName) + ": found \"" + text + "\", expected x,y,width,height");
    return {values[0], values[1], values[2], values[3]};
}

} // namespace

void addRegionOption(OptionTable& table, PixelRect& region) {
    table.add({kName,
               "X,Y,W,H",
               "show the model only this part of the picture, in its pixels",
               "the whole picture",
               [&region](const std::string& text) { region = parseRegion(text); },
               {}});
}

void checkRegion(PixelRect region, Size size) {
    if (clipped(region, size) != region)
        throw Error(ErrorKind::BadInput, std::string(kName) + ": found " + std::to_string(region.x) + "," +
                                             std::to_string(region.y) + "," + std::to_string(region.width) + "," +
                                             std::to_string(region.height) + ", expected a part of the " +
                                             std::to_string(size.width) + " x " + std::to_string(size.height) +
                                             " picture");
}

} // namespace prunescope::app
