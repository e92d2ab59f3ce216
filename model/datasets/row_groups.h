#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Rows of a set by what they are about, in little memory: groups in the order of the rows that have the pictures.
class RowGroups {
public:
    /// `sources[row]`: the row that has the pictures of a row, or kNone for one that is left out.
    explicit RowGroups(std::span<const std::uint32_t> sources);
    RowGroups() = default;

    static constexpr std::uint32_t kNone = UINT32_MAX;

    std::size_t size() const { return m_begins.size(); }
    std::size_t rows() const { return m_rows.size(); }
    /// The rows of a group, in their order.
    std::span<const std::uint32_t> at(std::size_t group) const;

private:
    std::vector<std::uint32_t> m_rows;   ///< group after group
    std::vector<std::uint32_t> m_begins; ///< of each group in m_rows
};

/// Finds rows by a text of theirs, of which only a hash is kept: whoever asks compares the texts.
class RowsByText {
public:
    void add(std::string_view text, std::uint32_t row) { m_entries.push_back({hashOf(text), row}); }
    /// Before rows are looked for, once.
    void sort();
    /// Rows of which the text may be the one with this hash, in their order.
    std::vector<std::uint32_t> find(std::uint32_t hash) const;
    /// Calls `visit` with the rows of each hash that several have, in their order.
    template <typename Visit>
    void visitRepeated(Visit&& visit) const {
        for (std::size_t begin = 0, end = 0; begin < m_entries.size(); begin = end) {
            for (end = begin; end < m_entries.size() && m_entries[end].hash == m_entries[begin].hash;)
                ++end;
            if (end - begin > 1)
                visit(std::span(m_entries).subspan(begin, end - begin));
        }
    }
    void clear() { std::vector<Entry>().swap(m_entries); }

    struct Entry {
        std::uint32_t hash = 0;
        std::uint32_t row = 0;
    };
    static std::uint32_t hashOf(std::string_view text);

private:
    std::vector<Entry> m_entries;
};

} // namespace prunescope::model
