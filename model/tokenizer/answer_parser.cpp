#include "model/tokenizer/answer_parser.h"

#include "core/base/format.h"
#include "model/tokenizer/bare_places.h"
#include "model/tokenizer/full_width.h"
#include "model/tokenizer/place_keys.h"
#include "model/tokenizer/place_objects.h"
#include "model/tokenizer/place_tags.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace prunescope::model {

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::size_t kLongestName = 40; ///< of a call

bool belongsToName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

/// Walks through an answer, from one thing that may say a place to the next; every byte is looked at a bounded number
/// of times, whatever the answer is.
class AnswerWalk {
public:
    AnswerWalk(std::string_view answer, PlaceList& places)
        : m_answer(answer), m_bare(answer), m_objects(places, m_bare), m_tags(answer, places) {}

    void run(PlaceList& places, bool asked) {
        for (std::size_t at = next(0); at != kNowhere;)
            at = next(read(at));
        m_bare.decide(places, asked);
    }

private:
    std::size_t next(std::size_t from) const { return m_answer.find_first_of("{<[(xX", from); }

    /// Where to go on.
    std::size_t read(std::size_t at) {
        switch (m_answer[at]) {
        case '<':
            return m_tags.read(at);
        case 'x':
        case 'X':
            return pair(at);
        case '(':
            if (const std::string_view name = nameBefore(at); isPlaceCall(name))
                return call(at, std::string(name));
            return value(at);
        default:
            return value(at);
        }
    }

    /// An object or a list; one that does not end may hold some that do.
    std::size_t value(std::size_t at) {
        const LenientRead read = readLenient(m_answer, at);
        m_objects.read(read.value, m_tags.isInToolCall());
        addLists(read.value);
        return read.next;
    }

    /// Lists of numbers, also those that stand in one which is cut off.
    void addLists(const LenientValue& value) {
        if (value.kind != LenientValue::Kind::Array)
            return;
        if (auto places = placesOf(value, PlaceShape::Any))
            return m_bare.add(std::move(*places), {}, {value.begin, value.end}, nullptr);
        for (const LenientValue& item : value.items)
            addLists(item);
    }

    std::string_view nameBefore(std::size_t at) const {
        std::size_t begin = at;
        while (begin > 0 && at - begin <= kLongestName && belongsToName(m_answer[begin - 1]))
            --begin;
        return m_answer.substr(begin, at - begin);
    }

    std::size_t call(std::size_t at, const std::string& name) {
        const LenientRead read = readLenientCall(m_answer, at);
        m_objects.readCall(read.value, name, {at - name.size(), read.value.end});
        return read.next;
    }

    /// "x=1, y=2" or "x: 1, y: 2"
    std::size_t pair(std::size_t at) {
        const bool isName = at == 0 || !belongsToName(m_answer[at - 1]);
        const auto x = isName ? coordinate(at, 'x') : std::nullopt;
        const std::size_t comma = x ? m_answer.find_first_not_of(" \t\r\n", x->end) : kNowhere;
        if (comma == kNowhere)
            return at + 1;
        const std::size_t second = m_answer.find_first_not_of(", \t\r\n", comma);
        const auto y = second == kNowhere ? std::nullopt : coordinate(second, 'y');
        if (!y)
            return x->end;
        m_bare.add({{x->number, y->number}}, {}, {at, y->end}, nullptr);
        return y->end;
    }

    struct Coordinate {
        double number;
        std::size_t end;
    };
    std::optional<Coordinate> coordinate(std::size_t at, char name) const {
        constexpr std::size_t kLongest = 32;
        const std::string_view text = m_answer.substr(at, kLongest);
        const std::size_t sign = text.find_first_not_of(" ", 1);
        if (std::tolower(static_cast<unsigned char>(text[0])) != name || sign == kNowhere ||
            (text[sign] != '=' && text[sign] != ':'))
            return std::nullopt;
        const std::size_t begin = std::min(text.find_first_not_of(" ", sign + 1), text.size());
        std::size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
        if (end > begin && text[end - 1] == '.')
            --end; // of the sentence
        const auto number = wholeNumber(text.substr(begin, end - begin));
        return number ? std::optional(Coordinate{*number, at + end}) : std::nullopt;
    }

    std::string_view m_answer;
    BarePlaces m_bare;
    PlaceObjects m_objects;
    PlaceTags m_tags;
};

constexpr std::array<std::string_view, 24> kPlaceQuestions{
    "bbox",     "bounding box", "coordinate", "locate", "location of", "where is", "where are", "where's",
    "point to", "point at",     "point_2d",   "click",  "tap on",      "ground",   "detect",    "pyautogui",
    "position", "坐标",         "位置",       "边界框", "检测框",      "点击",     "在哪",      "定位"};

} // namespace

NamedPlaces parseRegions(const std::string& answer, const PlaceScale& scale, bool asked) {
    const std::string text = withAsciiPlaces(answer);
    PlaceList places(scale);
    AnswerWalk(text, places).run(places, asked);
    return places.take();
}

bool asksForPlace(std::string_view question) {
    const std::string small = inSmallLetters(question);
    return std::ranges::any_of(kPlaceQuestions,
                               [&](std::string_view words) { return small.find(words) != std::string::npos; });
}

} // namespace prunescope::model
