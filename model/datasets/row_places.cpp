#include "model/datasets/row_places.h"

#include "core/base/error.h"

namespace prunescope::model {

namespace {

constexpr std::uint64_t kMore = 0x80; // in a byte: the number goes on in the next one

} // namespace

/// Seven bits a byte, the low ones first.
void RowPlaces::put(std::uint64_t number) {
    for (; number >= kMore; number >>= 7)
        m_steps.push_back(static_cast<std::uint8_t>(number | kMore));
    m_steps.push_back(static_cast<std::uint8_t>(number));
}

std::uint64_t RowPlaces::take(std::size_t& at) const {
    std::uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
        const std::uint64_t byte = m_steps[at++];
        number |= (byte & (kMore - 1)) << shift;
        if (byte < kMore)
            return number;
    }
}

void RowPlaces::add(const RecordPlace& place) {
    const std::uint64_t end = m_last.begin + m_last.size;
    check(m_size == 0 || (place.begin >= end && place.line >= m_last.line), "records in the order of their file");
    if (m_size++ % kStep == 0) {
        m_full.push_back({place, m_steps.size()});
    } else {
        const std::uint64_t gap = place.begin - end, lines = place.line - m_last.line;
        const bool follows = gap == 1 && lines == 1;
        put(std::uint64_t{place.size} << 1 | (follows ? 0 : 1));
        if (!follows) {
            put(gap);
            put(lines);
        }
    }
    m_last = place;
}

RecordPlace RowPlaces::at(std::size_t index) const {
    const Full& full = m_full.at(index / kStep);
    RecordPlace place = full.place;
    std::size_t at = full.next;
    for (std::size_t i = 0; i < index % kStep; ++i) {
        place.begin += place.size;
        const std::uint64_t size = take(at);
        place.begin += size & 1 ? take(at) : 1;
        place.line += size & 1 ? static_cast<std::uint32_t>(take(at)) : 1;
        place.size = static_cast<std::uint32_t>(size >> 1);
    }
    return place;
}

} // namespace prunescope::model
