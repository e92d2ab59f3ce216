#include "core/mask/keep_mask.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace prunescope {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encodeBase64(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < count ? bytes[at + i] : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

std::vector<std::uint8_t> decodeBase64(const std::string& text) {
    const auto bad = [&] { return Error(ErrorKind::BadInput, "mask: " + inQuotes(text) + " is no base64"); };
    if (text.size() % 4)
        throw bad();
    const std::size_t padding = text.empty() ? 0 : text.size() - (text.find_last_not_of('=') + 1);
    if (padding > 2)
        throw bad();
    std::vector<std::uint8_t> bytes;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        std::uint32_t group = 0;
        for (std::size_t i = at; i < at + 4; ++i) {
            const std::size_t digit = i >= text.size() - padding ? 0 : kDigits.find(text[i]);
            if (digit == std::string_view::npos)
                throw bad();
            group = group << 6 | static_cast<std::uint32_t>(digit);
        }
        for (int shift = 16; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(group >> shift));
    }
    for (std::size_t i = 0; i < padding; ++i)
        bytes.pop_back();
    return bytes;
}

} // namespace

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
    const std::vector<std::uint8_t> bytes = decodeBase64(text);
    KeepMask mask(grid);
    const std::size_t expected = (mask.m_keep.size() + 7) / 8;
    if (bytes.size() != expected)
        throw Error(ErrorKind::BadInput, "mask: base64 of " + std::to_string(bytes.size()) + " bytes, expected " +
                                             std::to_string(expected) + " for " + std::to_string(mask.count()) +
                                             " blocks");
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        const bool set = bytes[i / 8] & 0x80 >> i % 8;
        if (i < mask.m_keep.size())
            mask.m_keep[i] = set;
        else if (set)
            throw Error(ErrorKind::BadInput, "mask: bits set after the last block");
    }
    return mask;
}

} // namespace prunescope
