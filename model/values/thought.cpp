#include "model/values/thought.h"

#include <algorithm>
#include <utility>

namespace prunescope::model {

namespace {

constexpr std::string_view kBegin = "<think>", kEnd = "</think>", kBlanks = " \t\r\n";

std::size_t firstWord(std::string_view text) {
    return std::min(text.find_first_not_of(kBlanks), text.size());
}

/// Bytes up to the blanks at the end.
std::size_t withoutBlanks(std::string_view text) {
    return text.find_last_not_of(kBlanks) + 1; // npos + 1 is 0
}

/// Bytes that are not the beginning of `mark`.
std::size_t withoutBegun(std::string_view mark, std::string_view text) {
    std::size_t begun = std::min(mark.size() - 1, text.size());
    while (!mark.starts_with(text.substr(text.size() - begun)))
        --begun; // nothing at all is a beginning
    return text.size() - begun;
}

/// Bytes that are neither the beginning of `mark` nor blanks before it.
std::size_t before(std::string_view mark, std::string_view text) {
    return withoutBlanks(text.substr(0, withoutBegun(mark, text)));
}

std::string_view withoutBlanksAround(std::string_view text) {
    const std::size_t begin = firstWord(text);
    return text.substr(begin, std::max(withoutBlanks(text), begin) - begin);
}

} // namespace

void ThoughtSplitter::enter(Place place) {
    m_place = place;
    m_atStart = true;
}

void ThoughtSplitter::move(std::size_t count, std::string& part) {
    const std::string_view all = std::string_view(m_held).substr(0, count);
    const std::string_view words = m_atStart ? all.substr(firstWord(all)) : all;
    m_atStart = m_atStart && words.empty();
    part += words;
    m_held.erase(0, count);
}

/// Decides what the text begins with, once that can be told.
void ThoughtSplitter::begin() {
    const std::size_t first = firstWord(m_held);
    const std::string_view begun = std::string_view(m_held).substr(first);
    if (begun.starts_with(kBegin)) {
        m_held.erase(0, first + kBegin.size());
        enter(Place::Thought);
    } else if (!kBegin.starts_with(begun)) {
        enter(m_isOpen ? Place::Thought : Place::Plain);
    }
}

void ThoughtSplitter::takeThought(WrittenText& text) {
    const std::size_t end = m_held.find(kEnd);
    if (end == std::string::npos)
        return move(before(kEnd, m_held), text.thought);
    move(withoutBlanks(std::string_view(m_held).substr(0, end)), text.thought);
    m_held.erase(0, m_held.find(kEnd) + kEnd.size());
    enter(Place::Answer);
}

void ThoughtSplitter::takePlain(WrittenText& text) {
    const std::size_t end = m_held.find(kEnd);
    if (end != std::string::npos)
        return rewrite(end, text);
    const std::size_t sure = withoutBegun(kEnd, m_held);
    text.answer = m_held.substr(0, sure);
    m_plain += text.answer;
    m_held.erase(0, sure);
}

/// The end of a thought stands at `end` of what is held.
void ThoughtSplitter::rewrite(std::size_t end, WrittenText& text) {
    m_plain.append(m_held, 0, end);
    m_held.erase(0, end + kEnd.size());
    const std::size_t begin = m_plain.rfind(kBegin);
    const bool isMarked = begin != std::string::npos;
    text.isAnew = true;
    text.answer = isMarked ? withoutBlanksAround(std::string_view(m_plain).substr(0, begin)) : "";
    text.thought = withoutBlanksAround(std::string_view(m_plain).substr(isMarked ? begin + kBegin.size() : 0));
    enter(Place::Answer);
    m_atStart = text.answer.empty();
}

WrittenText ThoughtSplitter::push(std::string_view piece) {
    WrittenText text;
    m_held += piece;
    if (m_place == Place::Begin)
        begin();
    if (m_place == Place::Thought)
        takeThought(text);
    if (m_place == Place::Plain)
        takePlain(text);
    if (m_place == Place::Answer)
        move(withoutBlanks(m_held), text.answer);
    return text;
}

WrittenText ThoughtSplitter::finish() {
    WrittenText text;
    if (m_place == Place::Begin)
        enter(m_isOpen ? Place::Thought : Place::Plain); // the beginning of a mark, and no more
    if (m_place == Place::Plain)
        text.answer = std::exchange(m_held, {});
    else
        move(withoutBlanks(m_held), m_place == Place::Thought ? text.thought : text.answer);
    m_held.clear();
    return text;
}

} // namespace prunescope::model
