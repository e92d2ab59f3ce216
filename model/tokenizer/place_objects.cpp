#include "model/tokenizer/place_objects.h"

#include "core/base/format.h"
#include "model/tokenizer/place_keys.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

using Kind = LenientValue::Kind;

constexpr std::array<std::string_view, 5> kArguments{"arguments", "parameters", "args", "input", "action_inputs"};

bool holdsArguments(std::string_view key) {
    return std::ranges::find(kArguments, key) != kArguments.end();
}

/// Whether an object is a call of a tool, or its arguments.
bool isCall(const LenientValue& object) {
    const bool named = object.member("name") || object.member("function");
    return object.member("action") || (named && std::ranges::any_of(object.keys, holdsArguments));
}

TextSpan spanOf(const LenientValue& value) {
    return {value.begin, value.end};
}

/// Offsets of a text in a string are those of the string: its escapes are gone.
void moveTo(LenientValue& value, TextSpan span) {
    value.begin = span.begin;
    value.end = span.end;
    for (LenientValue& item : value.items)
        moveTo(item, span);
}

/// What a string in which arguments stand as text holds.
std::optional<LenientValue> heldBy(const LenientValue& text) {
    const std::size_t begin = text.kind == Kind::String ? text.text.find_first_not_of(" \t\r\n") : std::string::npos;
    if (begin == std::string::npos || text.text[begin] != '{')
        return std::nullopt;
    LenientRead read = readLenient(text.text, begin);
    moveTo(read.value, spanOf(text));
    return std::move(read.value);
}

/// Words that stand for a list which can't be read.
std::string listText(const LenientValue& list) {
    constexpr std::size_t kMost = 8;
    std::vector<std::string> texts;
    for (const LenientValue& item : list.items) {
        if (texts.size() == kMost)
            break;
        texts.push_back(item.items.empty() && !item.text.empty() ? item.text.substr(0, 40) : "...");
    }
    return join(texts);
}

/// Why a list that stands for coordinates names no place; empty for what need not be said.
std::string whyUnread(const LenientValue& value) {
    if (value.kind != Kind::Array)
        return {};
    if (!value.complete)
        return value.items.empty() ? "coordinates are cut off" : "coordinates " + listText(value) + " are cut off";
    return "coordinates " + listText(value) + " are not all numbers";
}

bool isNamed(const LenientValue& arguments, std::size_t index) {
    return !arguments.keys[index].empty();
}

/// The numbers of a call without names: two, or as many as stand there.
PlaceNumbers positionalNumbers(const LenientValue& arguments, bool takesTwo) {
    PlaceNumbers numbers;
    for (std::size_t i = 0; i < arguments.items.size(); ++i) {
        const LenientValue& item = arguments.items[i];
        const auto number = isNamed(arguments, i) || !item.items.empty() ? std::nullopt : wholeNumber(item.text);
        if (number)
            numbers.push_back(*number);
    }
    // pyautogui: how often and how fast come behind the place
    if (numbers.size() == 3 || (takesTwo && numbers.size() > 2))
        numbers.resize(2);
    return numbers;
}

std::optional<PlaceNumbers> namedPair(const LenientValue& arguments) {
    if (!arguments.member("x") || !arguments.member("y"))
        return std::nullopt;
    const auto place = placesOf(arguments, PlaceShape::Point);
    return place ? std::optional(place->front()) : std::nullopt;
}

} // namespace

void PlaceObjects::read(const LenientValue& value, bool isToolCall) {
    if (value.kind == Kind::Object)
        return readObject(value, isToolCall);
    for (const LenientValue& item : value.items)
        read(item, isToolCall);
}

void PlaceObjects::readObject(const LenientValue& object, bool isToolCall) {
    const bool calls = isToolCall || isCall(object);
    const std::string label = labelOf(object);
    for (std::size_t i = 0; i < object.items.size(); ++i)
        readMember(object, i, label, calls);
    readSides(object, label, calls);
}

void PlaceObjects::readMember(const LenientValue& object, std::size_t index, const std::string& label,
                              bool isToolCall) {
    const LenientValue& value = object.items[index];
    const PlaceKey* key = findPlaceKey(object.keys[index]);
    const bool calls = isToolCall || holdsArguments(object.keys[index]);
    if (const auto held = calls && !key ? heldBy(value) : std::nullopt)
        return read(*held, true);
    const auto places = key ? placesOf(value, key->shape) : std::nullopt;
    if (!key || (!places && value.kind == Kind::Object))
        return read(value, calls);
    if (!key->isPlain && !isToolCall)
        return places ? m_bare.add(*places, label, spanOf(object), key) : read(value, calls);
    readValue(*key, value, isToolCall ? PlaceRank::ToolCall : PlaceRank::Named, label, spanOf(object));
}

void PlaceObjects::readValue(const PlaceKey& key, const LenientValue& value, PlaceRank rank, const std::string& label,
                             TextSpan said) {
    const auto places = placesOf(value, key.shape);
    if (places)
        for (const PlaceNumbers& numbers : *places)
            m_places.add(rank, numbers, label, said);
    else if (std::string why = whyUnread(value); !why.empty())
        m_places.addUnread(std::move(why), said);
}

/// `x` and `y` and their like, which stand beside each other in the object itself.
void PlaceObjects::readSides(const LenientValue& object, const std::string& label, bool isToolCall) {
    const auto places = object.complete ? placesOf(object, PlaceShape::Any) : std::nullopt;
    if (!places)
        return;
    if (isToolCall)
        m_places.add(PlaceRank::ToolCall, places->front(), label, spanOf(object));
    else
        m_bare.add(*places, label, spanOf(object), nullptr);
}

void PlaceObjects::readCall(const LenientValue& arguments, const std::string& name, TextSpan said) {
    if (!arguments.complete)
        return m_places.addUnread("the call of " + name + " is cut off", said);
    if (const auto pair = namedPair(arguments))
        return m_places.add(PlaceRank::Call, *pair, name, said);
    for (std::size_t i = 0; i < arguments.items.size(); ++i) {
        const LenientValue& value = arguments.items[i];
        static constexpr PlaceKey kUnnamed{"", PlaceShape::Any};
        const PlaceKey* key = isNamed(arguments, i) ? findPlaceKey(arguments.keys[i]) : &kUnnamed;
        const bool isList = value.kind != Kind::Scalar && !wholeNumber(value.text);
        if (key && isList)
            readValue(*key, value, PlaceRank::Call, name, said);
    }
    const PlaceNumbers numbers = positionalNumbers(arguments, name.starts_with("pyautogui"));
    if (numbers.size() > 1)
        m_places.add(PlaceRank::Call, numbers, name, said);
}

} // namespace prunescope::model
