#include "model/datasets/row_groups.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace prunescope::model {

RowGroups::RowGroups(std::span<const std::uint32_t> sources) {
    for (std::uint32_t row = 0; row < sources.size(); ++row)
        if (sources[row] != kNone)
            m_rows.push_back(row);
    std::ranges::sort(m_rows, {}, [&](std::uint32_t row) { return std::tuple(sources[row], row); });
    for (std::uint32_t i = 0; i < m_rows.size(); ++i)
        if (i == 0 || sources[m_rows[i]] != sources[m_rows[i - 1]])
            m_begins.push_back(i);
}

std::span<const std::uint32_t> RowGroups::at(std::size_t group) const {
    const std::size_t begin = m_begins.at(group);
    const std::size_t end = group + 1 < m_begins.size() ? m_begins[group + 1] : m_rows.size();
    return std::span(m_rows).subspan(begin, end - begin);
}

void RowsByText::sort() {
    std::ranges::sort(m_entries, {}, [](const Entry& entry) { return std::tuple(entry.hash, entry.row); });
}

std::vector<std::uint32_t> RowsByText::find(std::uint32_t hash) const {
    std::vector<std::uint32_t> rows;
    const auto first = std::ranges::lower_bound(m_entries, hash, {}, &Entry::hash);
    for (auto entry = first; entry != m_entries.end() && entry->hash == hash; ++entry)
        rows.push_back(entry->row);
    return rows;
}

std::uint32_t RowsByText::hashOf(std::string_view text) {
    const std::size_t hash = std::hash<std::string_view>{}(text);
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

} // namespace prunescope::model
