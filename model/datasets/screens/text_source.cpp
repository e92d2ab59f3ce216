#include "model/datasets/screens/text_source.h"

#include "model/datasets/screens/ascii_case.h"
#include "model/datasets/screens/word_list.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr int kTries = 10;

bool fits(const std::string& text, Room room) {
    return room.font.widthOf(text) <= room.widthPx;
}

/// 7 -> "07".
std::string twoDigits(int number) {
    return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

std::string date(Xoshiro256& random) {
    std::string text = std::to_string(random.between(1998, 2031));
    text += "-" + twoDigits(random.between(1, 12));
    return text + "-" + twoDigits(random.between(1, 28));
}

std::string clockTime(Xoshiro256& random) {
    const std::string hour = twoDigits(random.below(24));
    return hour + ":" + twoDigits(random.below(60));
}

/// As many digits as often as each other: small numbers are common.
int magnitude(Xoshiro256& random, int mostDigits) {
    constexpr int kLimits[] = {10, 100, 1000, 10000};
    return random.below(kLimits[random.below(mostDigits)]);
}

} // namespace

std::string_view TextSource::word() {
    return labelWords()[static_cast<std::size_t>(m_random.below(m_options.words))];
}

std::string_view TextSource::among(std::span<const std::string_view> names) {
    const std::size_t all = names.size(), words = labelWords().size();
    const std::size_t share = all * static_cast<std::size_t>(m_options.words) / words;
    return m_random.pick(names.first(std::clamp<std::size_t>(share, 5, all)));
}

std::string TextSource::phrase() {
    std::string text(word());
    const int more = m_random.chance(0.5) ? 0 : m_random.chance(0.9) ? 1 : 2;
    for (int i = 0; i < more; ++i) {
        const std::string_view next = word();
        if (!text.ends_with(next))
            text.append(" ").append(next);
    }
    return capitalised(text);
}

bool TextSource::claim(const std::string& text, Room room) {
    return fits(text, room) && m_used.insert(lowered(text)).second;
}

std::string TextSource::label(Room room) {
    for (int i = 0; i < kTries; ++i)
        if (std::string text = phrase(); claim(text, room))
            return text;
    const std::string shorter = capitalised(std::string(word()));
    return fits(shorter, room) ? shorter : std::string();
}

std::string TextSource::labelLike(std::string_view phrase, Room room) {
    const auto known = labelWords().first(static_cast<std::size_t>(m_options.words));
    bool allowed = true;
    for (std::size_t from = 0; from < phrase.size();) {
        const std::size_t end = std::min(phrase.find(' ', from), phrase.size());
        allowed = allowed && std::ranges::find(known, phrase.substr(from, end - from)) != known.end();
        from = end + 1;
    }
    std::string text = capitalised(std::string(phrase));
    return allowed && claim(text, room) ? text : label(room);
}

ValueKind TextSource::valueKind() {
    static constexpr ValueKind kNumbers[] = {ValueKind::Integer, ValueKind::Amount, ValueKind::Integer, ValueKind::Date,
                                             ValueKind::Amount,  ValueKind::Time,   ValueKind::Percent};
    static constexpr ValueKind kTexts[] = {ValueKind::Words, ValueKind::Words, ValueKind::Person, ValueKind::City,
                                           ValueKind::Product};
    if (m_random.chance(m_options.numbers))
        return m_random.pick(kNumbers);
    return m_random.pick(kTexts);
}

std::string TextSource::drawn(ValueKind kind) {
    switch (kind) {
    case ValueKind::Words:
        return phrase();
    case ValueKind::Person: {
        std::string name(among(firstNames()));
        return m_random.chance(0.5) ? name : name.append(" ").append(among(lastNames()));
    }
    case ValueKind::City:
        return std::string(among(cityNames()));
    case ValueKind::Product:
        return std::string(among(productNames()));
    case ValueKind::Integer:
        return std::to_string(magnitude(m_random, 4));
    case ValueKind::Amount: {
        const std::string whole = std::to_string(magnitude(m_random, 4));
        return whole + "." + twoDigits(m_random.below(100));
    }
    case ValueKind::Date:
        return date(m_random);
    case ValueKind::Time:
        return clockTime(m_random);
    case ValueKind::Percent:
        return std::to_string(m_random.below(101)) + "%";
    }
    return {};
}

std::string TextSource::value(ValueKind kind, Room room) {
    for (int i = 0; i < kTries; ++i)
        if (std::string text = drawn(kind); fits(text, room))
            return text;
    const std::string digit = std::to_string(m_random.below(10));
    return fits(digit, room) ? digit : std::string();
}

std::string TextSource::name(ValueKind kind, Room room) {
    for (int i = 0; i < kTries; ++i)
        if (std::string text = drawn(kind); claim(text, room))
            return text;
    return label(room);
}

std::string TextSource::sentence(Room room) {
    std::string text;
    for (int misses = 0; misses < 2;) {
        std::string longer = text.empty() ? capitalised(std::string(word())) : text;
        if (!text.empty())
            longer.append(" ").append(word());
        if (fits(longer, room))
            text = std::move(longer);
        else
            ++misses;
    }
    return claim(text, room) ? text : std::string();
}

} // namespace prunescope::model
