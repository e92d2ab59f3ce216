#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Where a record begins and ends in its file.
struct RecordPlace {
    std::uint64_t begin = 0;
    std::uint32_t size = 0; ///< bytes
    std::uint32_t line = 0; ///< from 1
    bool operator==(const RecordPlace&) const = default;
};

/// The places of a file's records, in their order, in three or four bytes each: a record is kept as its size and how
/// far it is from the one before it, and every so many in full. Any thread once all are there.
class RowPlaces {
public:
    /// Records come in the order of the file.
    void add(const RecordPlace& place);
    std::size_t size() const { return m_size; }
    /// The place of record `index` of [0, size).
    RecordPlace at(std::size_t index) const;

private:
    static constexpr std::size_t kStep = 32; ///< records from one that is kept in full to the next
    struct Full {
        RecordPlace place;
        std::size_t next = 0; ///< where the record after it stands in m_steps
    };

    void put(std::uint64_t number);
    std::uint64_t take(std::size_t& at) const;

    std::vector<Full> m_full;
    std::vector<std::uint8_t> m_steps;
    std::size_t m_size = 0;
    RecordPlace m_last;
};

} // namespace prunescope::model
