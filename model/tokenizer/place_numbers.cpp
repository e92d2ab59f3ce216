#include "model/tokenizer/place_numbers.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::size_t kMostNumbers = 400;
constexpr std::string_view kAround = " \t\r\n,;()[]'\"";
constexpr std::array<std::string_view, 8> kTags{"<|box_start|>",   "<|box_end|>",   "<point>", "</point>",
                                                "<|point_start|>", "<|point_end|>", "<box>",   "</box>"};

/// The length of a tag of places that `text` begins with, or 0.
std::size_t tagLength(std::string_view text) {
    const auto tag = std::ranges::find_if(kTags, [&](std::string_view known) { return text.starts_with(known); });
    return tag == kTags.end() ? 0 : tag->size();
}

/// Values of members, all of them numbers; nothing where one is missing.
std::optional<PlaceNumbers> members(const LenientValue& object, std::initializer_list<std::string_view> names) {
    PlaceNumbers numbers;
    for (const std::string_view name : names) {
        const LenientValue* value = object.member(name);
        const auto number = value && value->items.empty() ? wholeNumber(value->text) : std::nullopt;
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

std::optional<PlaceNumbers> placeOfObject(const LenientValue& object) {
    if (const auto sides = members(object, {"x", "y", "width", "height"}))
        return PlaceNumbers{(*sides)[0], (*sides)[1], (*sides)[0] + (*sides)[2], (*sides)[1] + (*sides)[3]};
    if (auto corners = members(object, {"x1", "y1", "x2", "y2"}))
        return corners;
    if (auto edges = members(object, {"left", "top", "right", "bottom"}))
        return edges;
    return members(object, {"x", "y"});
}

bool isOnlyPairs(const std::vector<PlaceNumbers>& groups) {
    return std::ranges::all_of(groups, [](const PlaceNumbers& group) { return group.size() == 2; });
}

/// Pairs in a list are the corners of one box, or points.
std::vector<PlaceNumbers> joined(std::vector<PlaceNumbers> groups, PlaceShape shape) {
    const bool areCorners = shape == PlaceShape::Box || (shape == PlaceShape::Any && groups.size() == 2);
    if (groups.size() < 2 || !areCorners || !isOnlyPairs(groups))
        return groups;
    PlaceNumbers all;
    for (const PlaceNumbers& pair : groups)
        all.insert(all.end(), pair.begin(), pair.end());
    return {std::move(all)};
}

std::optional<std::vector<PlaceNumbers>> placesOfList(const LenientValue& list, PlaceShape shape) {
    if (!list.complete)
        return std::nullopt;
    PlaceNumbers flat;
    std::vector<PlaceNumbers> groups;
    for (const LenientValue& item : list.items) {
        const auto number = item.items.empty() ? wholeNumber(item.text) : std::nullopt;
        if (number) {
            flat.push_back(*number);
            continue;
        }
        auto inner = item.kind == LenientValue::Kind::Scalar ? std::nullopt : placesOf(item, shape);
        if (!inner)
            return std::nullopt;
        groups.insert(groups.end(), inner->begin(), inner->end());
    }
    if (!flat.empty() && !groups.empty())
        return std::nullopt;
    return flat.empty() ? joined(std::move(groups), shape) : std::vector<PlaceNumbers>{std::move(flat)};
}

} // namespace

std::optional<double> wholeNumber(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<PlaceNumbers> numbersOf(std::string_view text) {
    PlaceNumbers numbers;
    while (!text.empty()) {
        const bool isAround = kAround.find(text.front()) != std::string_view::npos;
        const std::size_t skipped = isAround ? 1 : tagLength(text);
        const std::size_t length =
            skipped > 0 ? skipped : std::min(text.find_first_of(" \t\r\n,;()[]'\"<"), text.size());
        if (skipped == 0) {
            const auto number = wholeNumber(text.substr(0, length));
            if (!number || numbers.size() == kMostNumbers)
                return std::nullopt;
            numbers.push_back(*number);
        }
        text.remove_prefix(length);
    }
    return numbers;
}

std::vector<PlaceNumbers> inBoxes(PlaceNumbers numbers) {
    if (numbers.size() < 8 || numbers.size() % 4 != 0)
        return {std::move(numbers)};
    std::vector<PlaceNumbers> boxes;
    for (auto at = numbers.begin(); at != numbers.end(); at += 4)
        boxes.emplace_back(at, at + 4);
    return boxes;
}

std::optional<std::vector<PlaceNumbers>> placesOf(const LenientValue& value, PlaceShape shape) {
    using Kind = LenientValue::Kind;
    if (value.kind == Kind::Array)
        return placesOfList(value, shape);
    auto numbers = value.kind == Kind::Object ? placeOfObject(value) : numbersOf(value.text);
    if (!numbers)
        return std::nullopt;
    if (value.kind == Kind::String)
        return inBoxes(std::move(*numbers));
    return std::vector<PlaceNumbers>{std::move(*numbers)};
}

} // namespace prunescope::model
