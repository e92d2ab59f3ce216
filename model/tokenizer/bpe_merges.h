#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <queue>
#include <tuple>
#include <vector>

namespace prunescope::model {

/// The merges of a byte-pair encoding: which two neighbouring tokens become one, and which pair goes first. Inner part
/// of BpeTokenizer; in a header of its own so that the search below is inlined into the loops that use it.
class BpeMerges {
public:
    using Token = std::int32_t;

    /// Room for `count` merges.
    explicit BpeMerges(std::size_t count = 0) : m_slots(std::bit_ceil(2 * count + 2)) {}

    /// Adds a merge, at most `count` times. The same pair again replaces what was there. A lower rank goes first.
    void add(Token left, Token right, std::int32_t rank, Token merged) {
        Slot& slot = m_slots[place(key(left, right))];
        slot = {key(left, right), rank, merged};
    }

    /// Merges until no pair is left: always the lowest rank, the leftmost of equals.
    void apply(std::vector<Token>& tokens) const {
        if (tokens.size() <= kShort)
            applyByScan(tokens);
        else
            applyByHeap(tokens);
    }

private:
    static constexpr std::size_t kShort = 40; // below it, scanning beats a heap
    static constexpr std::uint64_t kNoKey = std::numeric_limits<std::uint64_t>::max();
    static constexpr std::int32_t kNoRank = std::numeric_limits<std::int32_t>::max();

    struct Slot {
        std::uint64_t key = kNoKey;
        std::int32_t rank = kNoRank;
        Token merged = -1;
    };

    static std::uint64_t key(Token left, Token right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
    }

    /// Index of `key`, or of the empty slot where it belongs (open addressing, never full).
    std::size_t place(std::uint64_t key) const {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t i = (key * 0x9E3779B97F4A7C15U >> 20) & mask;
        while (m_slots[i].key != key && m_slots[i].key != kNoKey)
            i = (i + 1) & mask;
        return i;
    }

    const Slot& find(Token left, Token right) const { return m_slots[place(key(left, right))]; }

    void applyByScan(std::vector<Token>& tokens) const {
        std::vector<Slot> pairs; // pairs[i]: of tokens i and i+1
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            pairs.push_back(find(tokens[i], tokens[i + 1]));
        while (!pairs.empty()) {
            const auto best = std::min_element(pairs.begin(), pairs.end(),
                                               [](const Slot& a, const Slot& b) { return a.rank < b.rank; });
            if (best->rank == kNoRank)
                return;
            const auto i = static_cast<std::size_t>(best - pairs.begin());
            tokens[i] = best->merged;
            tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            pairs.erase(best);
            if (i > 0)
                pairs[i - 1] = find(tokens[i - 1], tokens[i]);
            if (i < pairs.size())
                pairs[i] = find(tokens[i], tokens[i + 1]);
        }
    }

    /// A token in a doubly linked list; -1 as a token: merged into its left neighbour.
    struct Link {
        Token token = -1;
        std::int32_t left = -1;
        std::int32_t right = -1;
    };
    struct Candidate {
        std::int32_t rank;
        std::int32_t at;
        std::uint64_t key;
        Token merged;
        bool operator>(const Candidate& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
    };
    using Heap = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

    void push(Heap& heap, const std::vector<Link>& links, std::int32_t at) const {
        if (at < 0 || links[static_cast<std::size_t>(at)].right < 0)
            return;
        const Link& link = links[static_cast<std::size_t>(at)];
        const Slot& slot = find(link.token, links[static_cast<std::size_t>(link.right)].token);
        if (slot.rank != kNoRank)
            heap.push({slot.rank, at, slot.key, slot.merged});
    }

    /// n log n, for text without spaces.
    void applyByHeap(std::vector<Token>& tokens) const {
        const auto count = static_cast<std::int32_t>(tokens.size());
        std::vector<Link> links(tokens.size());
        for (std::int32_t i = 0; i < count; ++i)
            links[static_cast<std::size_t>(i)] = {tokens[static_cast<std::size_t>(i)], i - 1,
                                                  i + 1 < count ? i + 1 : -1};
        Heap heap;
        for (std::int32_t i = 0; i < count; ++i)
            push(heap, links, i);
        while (!heap.empty()) {
            const Candidate best = heap.top();
            heap.pop();
            Link& link = links[static_cast<std::size_t>(best.at)];
            if (link.token < 0 || link.right < 0)
                continue;
            Link& next = links[static_cast<std::size_t>(link.right)];
            if (key(link.token, next.token) != best.key)
                continue; // one of the two has been merged since
            link.token = best.merged;
            link.right = next.right;
            next.token = -1;
            if (link.right >= 0)
                links[static_cast<std::size_t>(link.right)].left = best.at;
            push(heap, links, link.left);
            push(heap, links, best.at);
        }
        tokens.clear();
        for (std::int32_t i = 0; i >= 0; i = links[static_cast<std::size_t>(i)].right)
            tokens.push_back(links[static_cast<std::size_t>(i)].token);
    }

    std::vector<Slot> m_slots;
};

} // namespace prunescope::model
