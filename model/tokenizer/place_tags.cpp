#include "model/tokenizer/place_tags.h"

#include "core/base/format.h"
#include "model/tokenizer/place_keys.h"
#include "model/tokenizer/place_numbers.h"
#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::size_t kLongestTag = 300;

struct TagPair {
    std::string_view opening, closing;
    PlaceRank rank = PlaceRank::Named;
    bool holdsOne = false; ///< one place, however many corners it has
};
constexpr std::array kLabels{TagPair{"<ref>", "</ref>"}, TagPair{"<|object_ref_start|>", "<|object_ref_end|>"}};
constexpr std::array kPlaces{
    TagPair{"<box>", "</box>"},
    TagPair{"<bbox>", "</bbox>"},
    TagPair{"<|box_start|>", "<|box_end|>"},
    TagPair{"<|quad_start|>", "<|quad_end|>", PlaceRank::Named, true},
    TagPair{"<|point_start|>", "<|point_end|>", PlaceRank::PointTag},
    TagPair{"<point>", "</point>", PlaceRank::PointTag},
    TagPair{"<click>", "</click>", PlaceRank::PointTag},
    TagPair{"<coordinate>", "</coordinate>", PlaceRank::PointTag},
    TagPair{"<coordinates>", "</coordinates>", PlaceRank::PointTag},
};

/// The value of `name="..."` in a tag, or nothing.
std::string_view attribute(std::string_view tag, std::string_view name) {
    for (const char quote : {'"', '\''}) {
        const std::string opening = " " + std::string(name) + "=" + quote;
        const std::size_t begin = tag.find(opening);
        const std::size_t end = begin == std::string_view::npos ? begin : tag.find(quote, begin + opening.size());
        if (end != std::string_view::npos)
            return tag.substr(begin + opening.size(), end - begin - opening.size());
    }
    return {};
}

} // namespace

std::size_t PlaceTags::read(std::size_t at) {
    if (stands("<tool_call>", at) || stands("</tool_call>", at))
        m_isInToolCall = m_answer[at + 1] != '/';
    for (const auto reader :
         {&PlaceTags::readLabel, &PlaceTags::readPlace, &PlaceTags::readAttributes, &PlaceTags::readParameter})
        if (const auto end = (this->*reader)(at))
            return *end;
    return at + 1;
}

std::optional<std::size_t> PlaceTags::readLabel(std::size_t at) {
    for (const TagPair& tags : kLabels) {
        if (stands(tags.opening, at)) {
            m_ref = {at, kNowhere};
            m_name = {at + tags.opening.size(), kNowhere};
            return m_name.begin;
        }
        if (stands(tags.closing, at) && m_ref.begin != kNowhere) {
            m_ref.end = at + tags.closing.size();
            m_name.end = at;
            return m_ref.end;
        }
    }
    return std::nullopt;
}

std::string PlaceTags::takeLabel(TextSpan& said) {
    const bool isNext = m_ref.end != kNowhere && trimmed(m_answer.substr(m_ref.end, said.begin - m_ref.end)).empty();
    std::string label;
    if (isNext) {
        label = validUtf8(trimmed(m_answer.substr(m_name.begin, m_name.end - m_name.begin)));
        said.begin = m_ref.begin;
    }
    m_ref = {kNowhere, kNowhere};
    return label;
}

std::optional<std::string_view> PlaceTags::content(std::size_t begin, std::string_view closing,
                                                   std::size_t& end) const {
    const std::size_t tag = m_answer.find('<', begin);
    if (tag == kNowhere || !stands(closing, tag))
        return std::nullopt;
    end = tag + closing.size();
    return m_answer.substr(begin, tag - begin);
}

void PlaceTags::addPlaces(PlaceRank rank, std::string_view content, TextSpan said, bool asOne) {
    auto numbers = numbersOf(content);
    const std::string label = takeLabel(said);
    if (!numbers)
        return m_places.addUnread("coordinates " + validUtf8(trimmed(content).substr(0, 60)) + " are not all numbers",
                                  said);
    for (const PlaceNumbers& place : asOne ? std::vector<PlaceNumbers>{*numbers} : inBoxes(std::move(*numbers)))
        m_places.add(rank, place, label, said);
}

std::optional<std::size_t> PlaceTags::readPlace(std::size_t at) {
    const auto tags = std::ranges::find_if(kPlaces, [&](const TagPair& pair) { return stands(pair.opening, at); });
    if (tags == kPlaces.end())
        return std::nullopt;
    const std::size_t begin = at + tags->opening.size();
    std::size_t end = begin;
    if (const auto inside = content(begin, tags->closing, end))
        addPlaces(tags->rank, *inside, {at, end}, tags->holdsOne);
    else if (m_answer.find('<', begin) == kNowhere && m_answer.find_first_of("0123456789", begin) != kNowhere)
        m_places.addUnread("coordinates behind " + std::string(tags->opening) + " are cut off", {at, m_answer.size()});
    return end;
}

/// `<point x="440" y="240" alt="Save">Save</point>`
std::optional<std::size_t> PlaceTags::readAttributes(std::size_t at) {
    if (!stands("<point ", at))
        return std::nullopt;
    const std::string_view rest = m_answer.substr(at, kLongestTag);
    const std::size_t close = rest.find('>');
    const std::string_view tag = rest.substr(0, close);
    const auto x = wholeNumber(attribute(tag, "x")), y = wholeNumber(attribute(tag, "y"));
    if (close == kNowhere || !x || !y)
        return std::nullopt;
    const std::array numbers{*x, *y};
    m_places.add(PlaceRank::PointTag, numbers, validUtf8(attribute(tag, "alt")), {at, at + close + 1});
    return at + close + 1;
}

/// `<parameter=coordinate>` of a tool call that is written in tags.
std::optional<std::size_t> PlaceTags::readParameter(std::size_t at) {
    constexpr std::string_view kOpening = "<parameter=", kClosing = "</parameter>";
    constexpr std::size_t kLongestName = 40;
    if (!stands(kOpening, at))
        return std::nullopt;
    const std::size_t begin = at + kOpening.size();
    const std::size_t length = m_answer.substr(begin, kLongestName).find('>');
    std::size_t end = begin;
    const auto inside = length == kNowhere ? std::nullopt : content(begin + length + 1, kClosing, end);
    if (!inside)
        return std::nullopt;
    readParameterValue(m_answer.substr(begin, length), *inside, {at, end});
    return end;
}

void PlaceTags::readParameterValue(std::string_view name, std::string_view value, TextSpan said) {
    const auto number = wholeNumber(value);
    if (number && name == "x")
        m_x = number;
    else if (number && name == "y" && m_x)
        m_places.add(PlaceRank::ToolCall, std::array{*std::exchange(m_x, std::nullopt), *number}, {}, said);
    else if (findPlaceKey(name))
        addPlaces(PlaceRank::ToolCall, value, said);
}

} // namespace prunescope::model
