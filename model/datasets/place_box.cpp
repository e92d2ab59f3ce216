#include "model/datasets/place_box.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

std::string numbersText(const std::vector<double>& numbers) {
    std::vector<std::string> texts;
    for (const double number : numbers)
        texts.push_back(shortNumber(number));
    return "[" + join(texts) + "]";
}

std::string sizeText(Size size) {
    return std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels";
}

PixelBox cornersOf(const std::vector<double>& numbers) {
    return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

PixelBox fromSides(const std::vector<double>& numbers) {
    return {numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]};
}

bool isFilled(const PixelBox& box) {
    return box.right > box.left && box.bottom > box.top;
}

/// A box that ends at the edge may reach over it by what rounding costs.
bool isUsable(const PixelBox& box, Size picture) {
    constexpr double kRounding = 1e-6;
    const Size size = picture;
    return isFilled(box) && box.left >= 0 && box.top >= 0 && box.right <= size.width + kRounding * size.width &&
           box.bottom <= size.height + kRounding * size.height;
}

PixelBox cut(PixelBox box, Size picture) {
    box.right = std::min(box.right, double(picture.width));
    box.bottom = std::min(box.bottom, double(picture.height));
    return box;
}

void requireFour(const std::vector<double>& numbers, const std::string& where, const char* expected) {
    if (numbers.size() != 4 || !std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); }))
        throw Error(ErrorKind::BadFile, where + " is " + numbersText(numbers) + ", expected " + expected);
}

bool areParts(const std::vector<double>& numbers) {
    return std::ranges::all_of(numbers, [](double number) { return number >= 0 && number <= 1; });
}

PixelBox inside(const PixelBox& box, Size picture, const std::string& message) {
    if (!isUsable(box, picture))
        throw Error(ErrorKind::BadFile, message + " inside the " + sizeText(picture) + " of its picture");
    return cut(box, picture);
}

} // namespace

PixelBox placedBox(const std::vector<double>& numbers, BoxForm form, Size picture, const std::string& where,
                   bool& inParts) {
    const char* expected = form == BoxForm::Sides ? "[x, y, width, height]" : "[x1, y1, x2, y2]";
    requireFour(numbers, where, expected);
    inParts = areParts(numbers);
    PixelBox box = form == BoxForm::Sides && !inParts ? fromSides(numbers) : cornersOf(numbers);
    if (inParts)
        box = {box.left * picture.width, box.top * picture.height, box.right * picture.width,
               box.bottom * picture.height};
    return inside(box, picture, where + " is " + numbersText(numbers) + ", expected " + expected);
}

PixelBox cornerBox(const std::vector<double>& numbers, Size picture, const std::string& where) {
    requireFour(numbers, where, "[x1, y1, x2, y2]");
    return inside(cornersOf(numbers), picture, where + " is " + numbersText(numbers) + ", expected [x1, y1, x2, y2]");
}

PixelBox ownBox(const std::vector<double>& numbers, Size picture, const std::string& where) {
    requireFour(numbers, where, "[x, y, width, height] in pixels");
    const PixelBox box = fromSides(numbers);
    const bool isWhole = std::ranges::all_of(numbers, [](double number) { return number == std::floor(number); });
    const bool parts = areParts(numbers) && !isWhole;
    if (!parts && isUsable(box, picture))
        return cut(box, picture);
    std::string wayOut;
    if (parts)
        wayOut = " (these are parts of the sides)";
    else if (const PixelBox corners = cornersOf(numbers); isUsable(corners, picture)) {
        const auto sides = sidesOf(corners);
        wayOut = " (as two corners it would be " + numbersText({sides.begin(), sides.end()}) + ")";
    }
    throw Error(ErrorKind::BadFile, where + " is " + numbersText(numbers) +
                                        ", expected [x, y, width, height] in pixels, inside the " + sizeText(picture) +
                                        " of its picture" + wayOut);
}

std::vector<int> thousandthsOf(const PixelBox& box, Size picture) {
    const auto scaled = [](double edge, int side) { return static_cast<int>(std::lround(edge / side * 1000)); };
    return {scaled(box.left, picture.width), scaled(box.top, picture.height), scaled(box.right, picture.width),
            scaled(box.bottom, picture.height)};
}

std::string listText(const std::vector<int>& numbers) {
    std::vector<std::string> texts;
    for (const int number : numbers)
        texts.push_back(std::to_string(number));
    return "[" + join(texts) + "]";
}

std::string boxAnswer(const PixelBox& box, Size picture) {
    return "{\"bbox_2d\": " + listText(thousandthsOf(box, picture)) + "}";
}

} // namespace prunescope::model
