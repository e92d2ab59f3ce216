#include "core/base/json_fields.h"
#include "model/datasets/screens/glyph_atlas.h"
#include "model/datasets/screens/screen_limits.h"
#include "model/datasets/screens/screen_maker.h"
#include "model/datasets/screens/word_list.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::array kNames{"sizes", "font_px", "faces", "words", "documents", "dark", "numbers"};

void refuseUnknown(const nlohmann::json& object, const JsonFields& fields) {
    for (const auto& item : object.items())
        if (std::ranges::find(kNames, item.key()) == kNames.end())
            fields.fail(item.key().c_str(), "no such field");
}

bool isSide(const nlohmann::json& value) {
    if (!value.is_number_integer())
        return false;
    const auto side = value.get<std::int64_t>();
    return side >= kLeastScreenSide && side <= kMostScreenSide && side % kScreenSideStep == 0;
}

std::vector<Size> readSizes(const JsonFields& fields, std::vector<Size> fallback) {
    if (!fields.has("sizes"))
        return fallback;
    const nlohmann::json& list = fields.json().at("sizes");
    const std::string expected = "a list of [width, height], multiples of " + std::to_string(kScreenSideStep) +
                                 " from " + std::to_string(kLeastScreenSide) + " to " + std::to_string(kMostScreenSide);
    if (!list.is_array() || list.empty())
        fields.fail("sizes", expected);
    std::vector<Size> sizes;
    for (const nlohmann::json& size : list) {
        if (!size.is_array() || size.size() != 2 || !isSide(size[0]) || !isSide(size[1]))
            fields.fail("sizes", expected);
        sizes.push_back({size[0].get<int>(), size[1].get<int>()});
    }
    return sizes;
}

std::vector<int> readHeights(const JsonFields& fields, const std::vector<int>& fallback) {
    const GlyphAtlas& atlas = GlyphAtlas::instance();
    const auto heights =
        fields.integers("font_px", atlas.smallestPx(), atlas.largestPx(), {fallback.begin(), fallback.end()});
    if (heights.empty())
        fields.fail("font_px", "one height or more");
    return {heights.begin(), heights.end()};
}

} // namespace

int mostScreenWords() {
    return static_cast<int>(labelWords().size());
}

ScreenOptions screenOptionsFromJson(const nlohmann::json& object, const std::string& where) {
    const JsonFields fields(object, where);
    refuseUnknown(object, fields);
    ScreenOptions options;
    options.sizes = readSizes(fields, options.sizes);
    options.fontPx = readHeights(fields, options.fontPx);
    options.faces = static_cast<int>(fields.integer("faces", 1, GlyphAtlas::instance().faces(), options.faces));
    options.words = static_cast<int>(fields.integer("words", kLeastScreenWords, mostScreenWords(), options.words));
    options.documents = fields.number("documents", 0, 1, options.documents);
    options.dark = fields.number("dark", 0, 1, options.dark);
    options.numbers = fields.number("numbers", 0, 1, options.numbers);
    return options;
}

nlohmann::json toJson(const ScreenOptions& options) {
    nlohmann::json sizes = nlohmann::json::array();
    for (const Size size : options.sizes)
        sizes.push_back({size.width, size.height});
    return {{"sizes", sizes},
            {"font_px", options.fontPx},
            {"faces", options.faces},
            {"words", options.words},
            {"documents", options.documents},
            {"dark", options.dark},
            {"numbers", options.numbers}};
}

} // namespace prunescope::model
