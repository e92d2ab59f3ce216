#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prunescope::model::jinja {

/// A string of which every byte knows who wrote it: the template (and this program), or people. UTF-8, though nothing
/// here minds bytes that are none.
class Text {
public:
    Text() = default;
    explicit Text(std::string bytes, bool fromPeople = false)
        : m_bytes(std::move(bytes)), m_firstFromPeople(fromPeople) {}

    const std::string& bytes() const { return m_bytes; }
    std::string_view view() const { return m_bytes; }
    std::size_t size() const { return m_bytes.size(); }
    bool empty() const { return m_bytes.empty(); }
    /// Whether people wrote any of it.
    bool anyFromPeople() const { return !m_bytes.empty() && (m_firstFromPeople || !m_changes.empty()); }

    void append(std::string_view bytes, bool fromPeople = false);
    void append(const Text& other) { append(other, 0, other.size()); }
    /// Bytes [begin, end) of another text.
    void append(const Text& other, std::size_t begin, std::size_t end);
    /// Bytes [begin, end).
    Text slice(std::size_t begin, std::size_t end) const;
    Text from(std::size_t begin) const { return slice(begin, size()); }
    Text withoutMarkup() && {
        markup = false;
        return std::move(*this);
    }

    /// Calls `visit(std::string_view, bool fromPeople)` for every longest part that one side wrote.
    template <typename Visit>
    void forEachRun(Visit&& visit) const {
        eachRun(0, size(), visit);
    }

    /// `change(std::string_view)` of every run, where what it says of a text depends on single characters alone.
    template <typename Change>
    Text mapped(Change&& change) const {
        Text result;
        forEachRun([&](std::string_view run, bool fromPeople) { result.append(change(run), fromPeople); });
        return result;
    }

    /// HTML that the filter `safe` vouched for: what `+` joins to it is escaped.
    bool markup = false;

private:
    template <typename Visit>
    void eachRun(std::size_t begin, std::size_t end, Visit&& visit) const;
    bool fromPeopleAt(std::size_t at) const;

    std::string m_bytes;
    std::vector<std::size_t> m_changes; ///< where the writer changes; ascending, inside the text
    bool m_firstFromPeople = false;
};

template <typename Visit>
void Text::eachRun(std::size_t begin, std::size_t end, Visit&& visit) const {
    if (begin >= end)
        return;
    if (m_changes.empty()) {
        visit(view().substr(begin, end - begin), m_firstFromPeople);
        return;
    }
    bool fromPeople = fromPeopleAt(begin);
    for (auto change = std::upper_bound(m_changes.begin(), m_changes.end(), begin);
         change != m_changes.end() && *change < end; ++change) {
        visit(view().substr(begin, *change - begin), fromPeople);
        begin = *change;
        fromPeople = !fromPeople;
    }
    visit(view().substr(begin, end - begin), fromPeople);
}

} // namespace prunescope::model::jinja
