#include "model/train/ocr_labels.h"

#include <algorithm>
#include <tuple>

namespace prunescope::model::train {

namespace {

struct Placed {
    std::int32_t half = 0;
    float x = 0;
    std::int32_t run = 0;
    std::int32_t index = 0;
    std::uint8_t code = 0;
};

std::vector<Placed> placed(const Screen& screen, const BlockGrid& grid) {
    std::vector<Placed> characters;
    characters.reserve(screen.characters.size());
    const Size size = grid.size(), drawn = screen.picture.size();
    const int side = grid.geometry.blockPx();
    const float scaleX = static_cast<float>(size.width) / static_cast<float>(drawn.width);
    const float scaleY = static_cast<float>(size.height) / static_cast<float>(drawn.height);
    for (const DrawnCharacter& character : screen.characters) {
        const float placeX = character.x * scaleX, placeY = character.y * scaleY;
        const int x = static_cast<int>(placeX), y = static_cast<int>(placeY);
        if (placeX < 0 || placeY < 0 || x >= size.width || y >= size.height)
            continue;
        const int lower = y % side >= side / kHalves ? 1 : 0;
        characters.push_back(
            {grid.index(y / side, x / side) * kHalves + lower, placeX, character.run, character.index, character.code});
    }
    std::stable_sort(characters.begin(), characters.end(),
                     [](const Placed& a, const Placed& b) { return std::tie(a.half, a.x) < std::tie(b.half, b.x); });
    return characters;
}

/// The run that occurs most often, the first of equals.
std::int32_t mostOften(const Placed* begin, const Placed* end) {
    std::int32_t best = begin->run;
    std::ptrdiff_t most = 0;
    for (const Placed* one = begin; one != end; ++one)
        if (const auto times = std::count_if(begin, end, [&](const Placed& other) { return other.run == one->run; });
            times > most) {
            most = times;
            best = one->run;
        }
    return best;
}

} // namespace

OcrLabels ocrLabels(const Screen& screen, const BlockGrid& grid) {
    const auto halves = static_cast<std::size_t>(grid.count()) * kHalves;
    OcrLabels labels{std::vector<std::uint8_t>(halves * kOwnCharacters, 0), std::vector<std::int32_t>(halves, -1),
                     std::vector<std::int32_t>(halves, 0)};
    const std::vector<Placed> characters = placed(screen, grid);
    for (std::size_t begin = 0; begin < characters.size();) {
        std::size_t end = begin;
        while (end < characters.size() && characters[end].half == characters[begin].half)
            ++end;
        const auto half = static_cast<std::size_t>(characters[begin].half);
        for (std::size_t i = begin; i < end && i - begin < kOwnCharacters; ++i)
            labels.own[half * kOwnCharacters + (i - begin)] = static_cast<std::uint8_t>(characters[i].code - 31);
        const Placed* first = &characters[begin];
        labels.run[half] = mostOften(first, first + (end - begin));
        labels.index[half] = std::find_if(first, first + (end - begin), [&](const Placed& character) {
                                 return character.run == labels.run[half];
                             })->index;
        begin = end;
    }
    return labels;
}

} // namespace prunescope::model::train
