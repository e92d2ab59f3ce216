#include "model/tokenizer/bare_places.h"

#include "core/base/format.h"
#include "model/tokenizer/place_keys.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace prunescope::model {

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr double kSmall = 10; ///< pairs below it are numbers of notes, hardly ever places
constexpr std::string_view kAnswerBegin = "<answer>", kAnswerEnd = "</answer>", kFence = "```";
constexpr std::array<std::string_view, 9> kPlaceWords{"bbox",     "bbox_2d", "box",        "boxes",      "bounding",
                                                      "point_2d", "point",   "coordinate", "coordinates"};
constexpr std::array<std::string_view, 20> kOtherWords{
    "page", "pages", "figure", "fig",     "fig.", "eq",    "eq.",  "section", "step",  "steps",
    "ref",  "refs",  "table",  "chapter", "item", "items", "line", "row",     "lines", "question"};

bool isLetter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

template <std::size_t count>
bool isOneOf(const std::array<std::string_view, count>& words, std::string_view word) {
    return std::ranges::find(words, inSmallLetters(word)) != words.end();
}

std::size_t wordLength(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, isLetter) - text.begin());
}

/// The length of what stands around lists and says nothing else than that they are places; 0 for anything else.
std::size_t nothingLength(std::string_view text) {
    if (text.starts_with(kFence))
        return kFence.size() + wordLength(text.substr(kFence.size())); // and the language
    for (const std::string_view tag : {kAnswerBegin, kAnswerEnd})
        if (text.starts_with(tag))
            return tag.size();
    if (std::string_view(" \t\r\n`*,;.:=[](){}\"'").find(text.front()) != kNowhere)
        return 1;
    const std::size_t word = wordLength(text);
    return isOneOf(kPlaceWords, text.substr(0, word)) ? word : 0;
}

/// Whether what stands between two points makes them the corners of a box.
bool joinsCorners(std::string_view between) {
    between = trimmed(between);
    return between.empty() || between == "," || between == ";" || between == "-" || between == "to";
}

bool areSmall(const PlaceNumbers& numbers) {
    return numbers.size() == 2 && std::ranges::all_of(numbers, [](double number) { return number < kSmall; }) &&
           std::ranges::any_of(numbers, [](double number) { return number >= 1; });
}

std::string_view wordBefore(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    const std::size_t blank = text.find_last_of(" \t\r\n(");
    return text.substr(blank + 1); // npos + 1 is 0
}

} // namespace

void BarePlaces::add(std::vector<PlaceNumbers> places, std::string label, TextSpan said, const PlaceKey* key) {
    if (!places.empty())
        m_candidates.push_back({std::move(places), std::move(label), said, key != nullptr});
}

TextSpan BarePlaces::judged() const {
    const std::size_t tag = m_answer.rfind(kAnswerBegin);
    if (tag == kNowhere)
        return {0, m_answer.size()};
    const std::size_t begin = tag + kAnswerBegin.size();
    return {begin, std::min(m_answer.find(kAnswerEnd, begin), m_answer.size())};
}

bool BarePlaces::isNothing(std::size_t begin, std::size_t end) const {
    // Behind the last list one may have begun that is cut off.
    const bool mayBeCut = end == m_answer.size();
    while (begin < end) {
        const std::string_view text = m_answer.substr(begin, end - begin);
        const bool isNumber = mayBeCut && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
        const std::size_t length = isNumber ? 1 : nothingLength(text);
        if (length == 0)
            return false;
        begin += length;
    }
    return true;
}

bool BarePlaces::isNothingElse() const {
    const TextSpan part = judged();
    std::size_t at = part.begin;
    bool isAny = false;
    for (const Candidate& candidate : m_candidates) {
        if (candidate.said.begin < part.begin || candidate.said.end > part.end)
            continue;
        if (candidate.said.begin > at && !isNothing(at, candidate.said.begin))
            return false;
        at = std::max(at, candidate.said.end);
        isAny = true;
    }
    return isAny && isNothing(at, part.end);
}

void BarePlaces::dropOutside(TextSpan part) {
    std::erase_if(m_candidates, [part](const Candidate& candidate) {
        return candidate.said.begin < part.begin || candidate.said.end > part.end;
    });
}

/// Numbers without brackets.
void BarePlaces::addWholeText() {
    const TextSpan part = judged();
    const auto numbers = numbersOf(m_answer.substr(part.begin, part.end - part.begin));
    if (numbers && (numbers->size() == 2 || numbers->size() == 4))
        add({*numbers}, {}, part, nullptr);
}

/// "(410, 220) to (470, 260)" is a box; three points in a row are points.
void BarePlaces::joinCorners() {
    const auto isPair = [this](std::size_t i) {
        return i < m_candidates.size() && !m_candidates[i].hasKey && m_candidates[i].label.empty() &&
               m_candidates[i].places.size() == 1 && m_candidates[i].places[0].size() == 2;
    };
    const auto joins = [&](std::size_t i) {
        if (!isPair(i) || !isPair(i + 1))
            return false;
        const std::size_t end = m_candidates[i].said.end;
        return joinsCorners(m_answer.substr(end, m_candidates[i + 1].said.begin - end));
    };
    std::vector<Candidate> joined;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        std::size_t last = i;
        while (joins(last))
            ++last;
        joined.insert(joined.end(), m_candidates.begin() + static_cast<std::ptrdiff_t>(i),
                      m_candidates.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        if (last == i + 1) {
            const Candidate corner = std::move(joined.back());
            joined.pop_back();
            PlaceNumbers& box = joined.back().places[0];
            box.insert(box.end(), corner.places[0].begin(), corner.places[0].end());
            joined.back().said.end = corner.said.end;
        }
        i = last;
    }
    m_candidates = std::move(joined);
}

/// Numbers of pages, figures and notes.
void BarePlaces::dropWords() {
    std::erase_if(m_candidates, [this](const Candidate& candidate) {
        const bool isSmall = std::ranges::all_of(candidate.places, areSmall);
        return !candidate.hasKey &&
               (isSmall || isOneOf(kOtherWords, wordBefore(m_answer.substr(0, candidate.said.begin))));
    });
}

/// Beside a box, pairs are sizes and the like.
void BarePlaces::keepLongest() {
    const auto isBox = [](const Candidate& candidate) {
        return std::ranges::any_of(candidate.places, [](const PlaceNumbers& place) { return place.size() == 4; });
    };
    if (std::ranges::any_of(m_candidates, isBox))
        std::erase_if(m_candidates, [&](const Candidate& candidate) { return !candidate.hasKey && !isBox(candidate); });
}

void BarePlaces::decide(PlaceList& places, bool asked) {
    if (places.hasRegions())
        return;
    const bool alone = isNothingElse();
    if (alone)
        dropOutside(judged());
    else if (!asked)
        return;
    if (asked && m_candidates.empty())
        addWholeText();
    joinCorners();
    if (!alone || !asked)
        dropWords();
    if (!alone)
        keepLongest();
    for (const Candidate& candidate : m_candidates)
        for (const PlaceNumbers& numbers : candidate.places) {
            const bool isCounted = numbers.size() == 2 || numbers.size() == 4;
            const bool isMeant = numbers.size() == 4 || candidate.hasKey || (asked && alone);
            if (isMeant || (isCounted && places.isPlace(numbers)))
                places.add(PlaceRank::Bare, numbers, candidate.label, candidate.said);
        }
}

} // namespace prunescope::model
