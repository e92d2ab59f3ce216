#include "core/blocks/keep_mask.h"

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <numeric>

namespace prunescope {

KeepMask KeepMask::all(BlockGrid grid) {
    KeepMask mask(grid);
    std::fill(mask.m_keep.begin(), mask.m_keep.end(), std::uint8_t{1});
    return mask;
}

int KeepMask::keptCount() const {
    return std::accumulate(m_keep.begin(), m_keep.end(), 0);
}

double KeepMask::keptShare() const {
    return count() == 0 ? 1.0 : static_cast<double>(keptCount()) / count();
}

std::vector<int> KeepMask::keptIndices() const {
    std::vector<int> indices;
    for (int i = 0; i < count(); ++i)
        if (kept(i))
            indices.push_back(i);
    return indices;
}

std::string KeepMask::toBase64() const {
    std::vector<std::uint8_t> bytes((m_keep.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < m_keep.size(); ++i)
        if (m_keep[i])
            bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 0x80 >> i % 8);
    return encodeBase64(bytes);
}

KeepMask KeepMask::fromBase64(BlockGrid grid, const std::string& text) {
    const auto bytes = decodeBase64(text);
    if (!bytes)
        throw Error(ErrorKind::BadInput, "mask: " + inQuotes(text) + " is no base64");
    KeepMask mask(grid);
    const std::size_t expected = (mask.m_keep.size() + 7) / 8;
    if (bytes->size() != expected)
        throw Error(ErrorKind::BadInput,
                    "mask: base64 of " + formatCounted(static_cast<std::int64_t>(bytes->size()), "byte") +
                        ", expected " + std::to_string(expected) + " for " + formatCounted(mask.count(), "block"));
    for (std::size_t i = 0; i < bytes->size() * 8; ++i) {
        const bool set = (*bytes)[i / 8] & 0x80 >> i % 8;
        if (i < mask.m_keep.size())
            mask.m_keep[i] = set;
        else if (set)
            throw Error(ErrorKind::BadInput, "mask: bits set after the last block");
    }
    return mask;
}

} // namespace prunescope
