#include "model/jinja/text.h"

#include <algorithm>

namespace prunescope::model::jinja {

bool Text::fromPeopleAt(std::size_t at) const {
    const auto passed = std::upper_bound(m_changes.begin(), m_changes.end(), at) - m_changes.begin();
    return m_firstFromPeople != (passed % 2 != 0);
}

void Text::append(std::string_view bytes, bool fromPeople) {
    if (bytes.empty())
        return;
    if (m_bytes.empty())
        m_firstFromPeople = fromPeople;
    else if ((m_firstFromPeople != (m_changes.size() % 2 != 0)) != fromPeople)
        m_changes.push_back(m_bytes.size());
    m_bytes += bytes;
}

void Text::append(const Text& other, std::size_t begin, std::size_t end) {
    other.eachRun(begin, std::min(end, other.size()),
                  [this](std::string_view run, bool fromPeople) { append(run, fromPeople); });
}

Text Text::slice(std::size_t begin, std::size_t end) const {
    Text part;
    part.append(*this, begin, end);
    part.markup = markup;
    return part;
}

} // namespace prunescope::model::jinja
