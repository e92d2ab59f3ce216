#include "model/eval/picture_facts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <vector>

namespace prunescope::model {

namespace {

constexpr std::uint64_t kStart = 0xcbf29ce484222325, kPrime = 0x100000001b3; // FNV-1a, over words instead of bytes

std::uint64_t hashedWord(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * kPrime;
    return hash ^ hash >> 32; // high bits of a word would else reach no low bit
}

std::uint64_t wordAt(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

std::uint64_t hashed(std::uint64_t hash, const std::uint8_t* bytes, std::size_t count) {
    for (; count >= 8; count -= 8, bytes += 8)
        hash = hashedWord(hash, wordAt(bytes));
    for (; count > 0; --count, ++bytes)
        hash = (hash ^ *bytes) * kPrime;
    return hash;
}

/// A hash of little work, for what nobody keeps: lanes that do not wait for each other, halves of words multiplied, as
/// every processor does for several at once.
class QuickHash {
public:
    void add(const std::uint8_t* bytes, std::size_t count) {
        constexpr std::size_t kStep = 8 * kLanes;
        for (; count >= kStep; count -= kStep, bytes += kStep, m_key += kStart) // else the order would not matter
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                const std::uint64_t word = wordAt(bytes + 8 * lane), mixed = word ^ m_key;
                m_lanes[lane] += word + (mixed & UINT32_MAX) * (mixed >> 32);
            }
        m_lanes[0] = hashed(m_lanes[0], bytes, count);
    }
    std::uint64_t value() const { return std::accumulate(m_lanes.begin(), m_lanes.end(), kStart, hashedWord); }

private:
    static constexpr std::size_t kLanes = 4;
    std::array<std::uint64_t, kLanes> m_lanes{};
    std::uint64_t m_key = kStart;
};

/// A block by what it holds.
struct Content {
    std::uint64_t hash = 0;
    int block = 0;
};

class Blocks {
public:
    explicit Blocks(const PixelBlocks& blocks)
        : m_blocks(blocks), m_rowBytes(static_cast<std::size_t>(blocks.geometry().blockPx()) * 3) {}

    std::vector<Content> contents() const {
        std::vector<Content> list;
        for (int i = 0; i < m_blocks.grid().count(); ++i) {
            QuickHash hash;
            for (int y = 0; y < m_blocks.geometry().blockPx(); ++y)
                hash.add(row(i, y), m_rowBytes);
            list.push_back({hash.value(), i});
        }
        return list;
    }

    bool same(int a, int b) const {
        for (int y = 0; y < m_blocks.geometry().blockPx(); ++y)
            if (std::memcmp(row(a, y), row(b, y), m_rowBytes) != 0)
                return false;
        return true;
    }

private:
    const std::uint8_t* row(int block, int y) const {
        return m_blocks.block(block) + static_cast<std::size_t>(y) * m_blocks.strideBytes();
    }

    const PixelBlocks& m_blocks;
    std::size_t m_rowBytes;
};

} // namespace

std::string pictureIdentity(const Picture& picture) {
    const std::array<std::int32_t, 2> sides{picture.width(), picture.height()};
    std::uint64_t hash = hashed(kStart, reinterpret_cast<const std::uint8_t*>(sides.data()), sizeof sides);
    hash = hashed(hash, picture.data(), picture.sizeBytes());
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
    return text.data();
}

int uniqueBlocks(const PixelBlocks& blocks) {
    const Blocks pixels(blocks);
    std::vector<Content> contents = pixels.contents();
    std::ranges::sort(contents, {}, &Content::hash);
    int unique = 0;
    for (auto first = contents.begin(); first != contents.end();) {
        const auto end = std::find_if(first, contents.end(), [&](const Content& c) { return c.hash != first->hash; });
        for (auto one = first; one != end; ++one) // equal hashes of different blocks are possible, if hardly
            unique += std::none_of(first, end, [&](const Content& other) {
                return other.block != one->block && pixels.same(other.block, one->block);
            });
        first = end;
    }
    return unique;
}

} // namespace prunescope::model
