#pragma once

#include "model/tokenizer/place_numbers.h"

#include <string>
#include <string_view>

namespace prunescope::model {

/// A key of JSON, an argument or a tag that names coordinates.
struct PlaceKey {
    std::string_view name;
    PlaceShape shape;
    bool isPlain = true; ///< false: other things are called so, too
};

/// The key with that name in small letters or null.
const PlaceKey* findPlaceKey(std::string_view name);

/// Whether a function of that name acts on a place: `click`, `pyautogui.moveTo`.
bool isPlaceCall(std::string_view name);

/// What an object says about its place, or nothing.
std::string labelOf(const LenientValue& object);

std::string inSmallLetters(std::string_view text);

} // namespace prunescope::model
