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

/// Finds rows by a text of theirs, of which only a hash is kept (64 bits: among a million rows two different texts are
/// taken for one with a chance of 1 to 30 million).
class RowsByText {
public:
    void add(std::string_view text, std::uint32_t row) { m_entries.push_back({hashOf(text), row}); }
    /// Before rows are looked for, once.
    void sort();
    /// The first row with a text, or RowGroups::kNone.
    std::uint32_t find(std::uint64_t hash) const;
    /// Calls `visit(first, other)` for each row the text of which an earlier one has as well.
    template <typename Visit>
    void visitRepeated(Visit&& visit) const {
        for (std::size_t i = 1, first = 0; i < m_entries.size(); ++i) {
            if (m_entries[i].hash != m_entries[first].hash)
                first = i;
            else
                visit(m_entries[first].row, m_entries[i].row);
        }
    }
    void clear() { std::vector<Entry>().swap(m_entries); }

    static std::uint64_t hashOf(std::string_view text);

private:
    struct Entry {
        std::uint64_t hash = 0;
        std::uint32_t row = 0;
    };
    std::vector<Entry> m_entries;
};

} // namespace prunescope::model
