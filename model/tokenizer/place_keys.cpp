#include "model/tokenizer/place_keys.h"

#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

using enum PlaceShape;

constexpr std::array kKeys{
    PlaceKey{"bbox_2d", Box},
    PlaceKey{"bbox", Box},
    PlaceKey{"bounding_box", Box},
    PlaceKey{"start_box", Box},
    PlaceKey{"end_box", Box},
    PlaceKey{"point_2d", Point},
    PlaceKey{"point", Point},
    PlaceKey{"coordinate", Point},
    PlaceKey{"start_coordinate", Point},
    PlaceKey{"end_coordinate", Point},
    PlaceKey{"start_point", Point},
    PlaceKey{"end_point", Point},
    PlaceKey{"click_point", Point},
    PlaceKey{"coordinate2", Point},
    PlaceKey{"box", Box, false},
    PlaceKey{"boxes", Box, false},
    PlaceKey{"coordinates", Point, false},
    PlaceKey{"position", Point, false},
    PlaceKey{"points", Point, false},
};

constexpr std::size_t kLongestLabel = 400; ///< bytes; what an object says of many places is kept with each of them
constexpr std::array<std::string_view, 6> kLabelKeys{"label", "text", "text_content", "name", "element", "action"};

/// In small letters, without underscores.
constexpr std::array<std::string_view, 18> kCalls{
    "click",      "leftclick",  "rightclick",  "middleclick", "doubleclick", "tripleclick",
    "leftdouble", "leftsingle", "rightsingle", "moveto",      "mousemove",   "dragto",
    "drag",       "longpress",  "tap",         "scroll",      "hover",       "swipe"};

char smallLetter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string inSmallLetters(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), smallLetter);
    return small;
}

const PlaceKey* findPlaceKey(std::string_view name) {
    const auto key = std::ranges::find(kKeys, inSmallLetters(name), &PlaceKey::name);
    return key == kKeys.end() ? nullptr : &*key;
}

bool isPlaceCall(std::string_view name) {
    name.remove_prefix(name.rfind('.') + 1); // npos + 1 is 0
    std::string plain = inSmallLetters(name);
    std::erase(plain, '_');
    return std::ranges::find(kCalls, plain) != kCalls.end();
}

std::string labelOf(const LenientValue& object) {
    for (const std::string_view key : kLabelKeys)
        if (const LenientValue* value = object.member(key); value && value->complete && !value->text.empty())
            return value->text.size() <= kLongestLabel ? value->text : validUtf8(value->text.substr(0, kLongestLabel));
    return {};
}

} // namespace prunescope::model
