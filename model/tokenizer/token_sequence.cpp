#include "model/tokenizer/token_sequence.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

namespace prunescope::model {

namespace {

[[noreturn]] void bad(const std::string& message) {
    throw Error(ErrorKind::BadInput, message);
}

template <typename List>
std::string countOf(const List& list, const char* noun) {
    return formatCounted(std::ssize(list), noun);
}

std::string nameOf(const BlockGrid& grid) {
    return std::to_string(grid.rows) + "x" + std::to_string(grid.cols) + " blocks";
}

std::string nameOfImage(std::size_t index) {
    return "image " + std::to_string(index + 1) + " of the prompt";
}

/// A place may be given twice, and the end of the sequence is none: its state is there anyway.
void addBorder(TokenSequence& sequence, std::size_t at) {
    const int border = static_cast<int>(at);
    if (border < sequence.length() && (sequence.borders.empty() || sequence.borders.back() < border))
        sequence.borders.push_back(border);
}

/// Walks through the ids and gives every token its position (spec 5.5).
class PositionWalk {
public:
    PositionWalk(std::vector<std::int64_t> ids, const std::vector<BlockGrid>& grids, const ImageTokens& tokens)
        : m_grids(grids), m_tokens(tokens) {
        m_sequence.ids = std::move(ids);
        for (auto& axis : m_sequence.positions)
            axis.reserve(m_sequence.ids.size());
    }

    TokenSequence run() {
        const auto& ids = m_sequence.ids;
        for (std::size_t i = 0; i < ids.size();)
            if (ids[i] == m_tokens.imagePad) {
                checkStart(i);
                i += image(i);
                addBorder(m_sequence, is(i, m_tokens.visionEnd) ? i + 1 : i);
            } else {
                text();
                ++i;
            }
        if (m_sequence.images.size() != m_grids.size())
            bad("the prompt has places for " + countOf(m_sequence.images, "image") + ", but found " +
                countOf(m_grids, "picture"));
        m_sequence.nextPosition = m_next;
        m_sequence.fullLength = m_sequence.length();
        return std::move(m_sequence);
    }

private:
    bool is(std::size_t at, std::int64_t id) const { return at < m_sequence.ids.size() && m_sequence.ids[at] == id; }

    void checkStart(std::size_t pad) const {
        if (m_tokens.visionStart >= 0 && (pad == 0 || !is(pad - 1, m_tokens.visionStart)))
            bad("token " + std::to_string(pad + 1) + " of the prompt is an image pad without a vision start before it");
    }

    void place(std::int64_t time, std::int64_t row, std::int64_t col) {
        m_sequence.positions[0].push_back(time);
        m_sequence.positions[1].push_back(row);
        m_sequence.positions[2].push_back(col);
    }

    void text() {
        place(m_next, m_next, m_next);
        ++m_next;
    }

    /// Images without a start mark may follow one another, so that one ends where its grid does.
    int padsAt(std::size_t first, const BlockGrid& grid) const {
        const auto begin = m_sequence.ids.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = std::find_if(begin, m_sequence.ids.end(), [&](auto id) { return id != m_tokens.imagePad; });
        const auto pads = static_cast<int>(end - begin);
        return m_tokens.visionStart < 0 ? std::min(pads, grid.count()) : pads;
    }

    /// Number of its tokens.
    std::size_t image(std::size_t first) {
        const std::size_t index = m_sequence.images.size();
        if (index >= m_grids.size())
            bad(nameOfImage(index) + " has no picture, " + std::to_string(m_grids.size()) + " were given");
        const BlockGrid grid = m_grids[index];
        const int pads = padsAt(first, grid);
        if (grid.rows < 1 || grid.cols < 1 || pads != grid.count())
            bad(nameOfImage(index) + " has " + formatCounted(pads, "pad") + ", expected " +
                std::to_string(grid.count()) + " (" + nameOf(grid) + ")");
        placeBlocks(grid);
        m_sequence.images.push_back({static_cast<int>(first), pads, grid});
        return static_cast<std::size_t>(pads);
    }

    void placeBlocks(const BlockGrid& grid) {
        if (!m_tokens.gridPositions) {
            for (int block = 0; block < grid.count(); ++block)
                text();
            return;
        }
        for (int block = 0; block < grid.count(); ++block)
            place(m_next, m_next + grid.row(block), m_next + grid.col(block));
        m_next += std::max(grid.rows, grid.cols);
    }

    const std::vector<BlockGrid>& m_grids;
    ImageTokens m_tokens;
    TokenSequence m_sequence;
    std::int64_t m_next = 0;
};

/// Encodes pieces; what is not an added token of the template is gathered and encoded in one go.
class PromptEncoder {
public:
    explicit PromptEncoder(const BpeTokenizer& tokenizer) : m_tokenizer(tokenizer) {}

    void add(const PromptPiece& piece) {
        if (piece.opensAnswer)
            open(piece.text);
        if (piece.fromTemplate)
            addFixed(piece.text);
        else
            m_plain += piece.text;
    }

    std::vector<std::int64_t> take() {
        flush();
        return std::move(m_ids);
    }

    /// Ids before the one that opens the answer; nothing when no added token opens it, since words of the template may
    /// share a token with what stands before them.
    std::optional<std::size_t> opening() const { return m_opening; }

private:
    /// Added tokens in a template are all written `<...>`.
    void addFixed(std::string_view text) {
        for (std::size_t i = 0; i < text.size();) {
            const std::string_view candidate = bracketed(text.substr(i));
            const auto id = addedToken(candidate);
            if (id) {
                flush();
                m_ids.push_back(*id);
            } else {
                m_plain += text[i];
            }
            i += id ? candidate.size() : 1;
        }
    }

    static std::string_view bracketed(std::string_view text) {
        const std::size_t end = text.front() == '<' ? text.find('>') : std::string_view::npos;
        return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
    }

    /// The id that `text` has as an added token, which is one that it has not as plain text.
    std::optional<std::int64_t> addedToken(std::string_view text) const {
        if (text.empty())
            return std::nullopt;
        const auto ids = m_tokenizer.encode(text, true);
        const bool added =
            ids.size() == 1 && m_tokenizer.bytes(ids[0]) == text && m_tokenizer.encode(text, false) != ids;
        return added ? std::optional(ids[0]) : std::nullopt;
    }

    void open(std::string_view text) {
        if (text.empty() || !addedToken(bracketed(text)))
            return;
        flush();
        m_opening = m_ids.size();
    }

    void flush() {
        const auto ids = m_tokenizer.encode(m_plain, false, m_ids.empty());
        m_ids.insert(m_ids.end(), ids.begin(), ids.end());
        m_plain.clear();
    }

    const BpeTokenizer& m_tokenizer;
    std::string m_plain;
    std::vector<std::int64_t> m_ids;
    std::optional<std::size_t> m_opening;
};

/// One pad per image -> one per block. Pads that have no picture stay alone, for makeSequence to report.
std::vector<std::int64_t> withRepeatedPads(const std::vector<std::int64_t>& ids, const std::vector<BlockGrid>& grids,
                                           const ImageTokens& tokens) {
    std::vector<std::int64_t> repeated;
    std::size_t image = 0;
    const auto mark = [&](std::int64_t id) {
        if (tokens.wrapsPads && id >= 0)
            repeated.push_back(id);
    };
    for (const std::int64_t id : ids) {
        if (id != tokens.imagePad) {
            repeated.push_back(id);
            continue;
        }
        const int count = image < grids.size() ? std::max(grids[image].count(), 0) : 1;
        mark(tokens.visionStart);
        repeated.insert(repeated.end(), static_cast<std::size_t>(count), id);
        mark(tokens.visionEnd);
        ++image;
    }
    return repeated;
}

void checkMasks(const TokenSequence& full, const std::vector<KeepMask>& masks) {
    if (masks.size() != full.images.size())
        bad("found " + countOf(masks, "mask") + ", but the prompt has " + countOf(full.images, "image"));
    for (std::size_t i = 0; i < masks.size(); ++i) {
        const ImageSpan& image = full.images[i];
        if (image.count != image.grid.count())
            bad(nameOfImage(i) + " has " + formatCounted(image.count, "token") + ", expected all " +
                std::to_string(image.grid.count()) + ": it has been pruned before");
        if (masks[i].grid() != image.grid)
            bad("the mask of " + nameOfImage(i) + " has " + nameOf(masks[i].grid()) + ", expected " +
                nameOf(image.grid));
        if (masks[i].keptCount() == 0)
            bad("the mask of " + nameOfImage(i) + " keeps no block, expected at least one");
    }
}

} // namespace

TokenSequence makeSequence(std::vector<std::int64_t> ids, const std::vector<BlockGrid>& grids,
                           const ImageTokens& tokens) {
    return PositionWalk(std::move(ids), grids, tokens).run();
}

TokenSequence encodePrompt(const BpeTokenizer& tokenizer, const std::vector<PromptPiece>& pieces,
                           const std::vector<BlockGrid>& grids, const ImageTokens& tokens) {
    PromptEncoder encoder(tokenizer);
    for (const PromptPiece& piece : pieces)
        encoder.add(piece);
    std::vector<std::int64_t> ids = tokenizer.prefix();
    const std::size_t prefix = ids.size();
    const std::vector<std::int64_t> rest = encoder.take();
    ids.insert(ids.end(), rest.begin(), rest.end());
    TokenSequence sequence = makeSequence(withRepeatedPads(ids, grids, tokens), grids, tokens);
    if (encoder.opening()) // all images stand before it
        addBorder(sequence, sequence.ids.size() - (ids.size() - prefix - *encoder.opening()));
    return sequence;
}

TokenSequence keepBlocks(const TokenSequence& full, const std::vector<KeepMask>& masks) {
    checkMasks(full, masks);
    std::vector<std::vector<int>> blocks;
    for (const KeepMask& mask : masks)
        blocks.push_back(mask.keptIndices());
    return keepTokens(full, blocks);
}

TokenSequence keepTokens(const TokenSequence& full, const std::vector<std::vector<int>>& blocks) {
    check(blocks.size() == full.images.size(), "a list of blocks for each image");
    TokenSequence kept;
    kept.nextPosition = full.nextPosition;
    kept.fullLength = full.fullLength;
    auto border = full.borders.begin();
    const auto copy = [&](int i) {
        const auto from = static_cast<std::size_t>(i);
        kept.ids.push_back(full.ids[from]);
        for (; border != full.borders.end() && *border <= i; ++border)
            addBorder(kept, kept.ids.size() - 1);
        for (std::size_t axis = 0; axis < full.positions.size(); ++axis)
            kept.positions[axis].push_back(full.positions[axis][from]);
    };
    int next = 0;
    for (std::size_t image = 0; image < blocks.size(); ++image) {
        const ImageSpan& span = full.images[image];
        for (; next < span.first; ++next)
            copy(next);
        kept.images.push_back({kept.length(), static_cast<int>(blocks[image].size()), span.grid});
        for (const int block : blocks[image])
            copy(span.first + block);
        next = span.first + span.count;
    }
    for (; next < full.length(); ++next)
        copy(next);
    return kept;
}

TokenSequence reindexed(const TokenSequence& sequence) {
    TokenSequence closed = sequence;
    for (auto& axis : closed.positions)
        std::iota(axis.begin(), axis.end(), std::int64_t{0});
    closed.nextPosition = closed.length();
    return closed;
}

} // namespace prunescope::model
