#include "model/tokenizer/bpe_tokenizer.h"

#include "model/tokenizer/tokenizer_reader.h"

namespace prunescope::model {

struct BpeTokenizer::Data {
    TokenizerFile file;

    const TokenizerFile::Entry* entry(std::int64_t id) const {
        return id >= 0 && id < static_cast<std::int64_t>(file.entries.size())
                   ? &file.entries[static_cast<std::size_t>(id)]
                   : nullptr;
    }

    /// Normalised text without added tokens; `first`: it begins the whole text.
    void encodePlain(std::string_view text, bool first, std::vector<std::int64_t>& ids) const {
        if (file.marksLater())
            return encodeMarked(withMetaspace(text, file.marksPart(first)), ids);
        encodeMarked(text, ids);
    }

    void encodeMarked(std::string_view text, std::vector<std::int64_t>& ids) const {
        std::vector<std::string_view> pieces{text};
        for (const SplitPattern& pattern : file.patterns) {
            std::vector<std::string_view> finer;
            for (const std::string_view piece : pieces)
                pattern.split(piece, finer);
            pieces = std::move(finer);
        }
        std::vector<BpeMerges::Token> tokens;
        for (const std::string_view piece : pieces)
            encodePiece(piece, tokens, ids);
    }

    void encodePiece(std::string_view piece, std::vector<BpeMerges::Token>& tokens,
                     std::vector<std::int64_t>& ids) const {
        if (file.ignoreMerges)
            if (const auto whole = file.vocabulary.find(file.entryOf(piece)); whole != file.vocabulary.end()) {
                ids.push_back(whole->second);
                return;
            }
        tokens.clear();
        if (file.fromCharacters)
            appendCharacters(piece, tokens);
        else
            appendBytes(piece, tokens);
        file.merges.apply(tokens);
        ids.insert(ids.end(), tokens.begin(), tokens.end());
    }

    void appendBytes(std::string_view bytes, std::vector<BpeMerges::Token>& tokens) const {
        for (const char byte : bytes)
            tokens.push_back(file.byteIds[static_cast<unsigned char>(byte)]);
    }

    /// `text` is valid UTF-8.
    void appendCharacters(std::string_view text, std::vector<BpeMerges::Token>& tokens) const {
        while (!text.empty()) {
            const std::string_view character = text.substr(0, firstCharacter(text).length);
            const auto known = file.vocabulary.find(character);
            if (known == file.vocabulary.end())
                appendBytes(character, tokens);
            else
                tokens.push_back(static_cast<BpeMerges::Token>(known->second));
            text.remove_prefix(character.size());
        }
    }
};

BpeTokenizer::BpeTokenizer(std::unique_ptr<Data> data) : m_data(std::move(data)) {}
BpeTokenizer::BpeTokenizer(BpeTokenizer&&) noexcept = default;
BpeTokenizer& BpeTokenizer::operator=(BpeTokenizer&&) noexcept = default;
BpeTokenizer::~BpeTokenizer() = default;

BpeTokenizer BpeTokenizer::load(const std::string& path) {
    return BpeTokenizer(std::unique_ptr<Data>(new Data{readTokenizerFile(path)}));
}

BpeTokenizer BpeTokenizer::make(TokenizerJson content, const std::string& where) {
    return BpeTokenizer(std::unique_ptr<Data>(new Data{readTokenizerFile(std::move(content), where)}));
}

std::vector<std::int64_t> BpeTokenizer::encode(std::string_view text, bool recogniseAdded, bool begins) const {
    const TokenizerFile& file = m_data->file;
    std::vector<std::int64_t> ids;
    const std::string valid = validUtf8(text);
    const auto onToken = [&](std::int64_t id) { ids.push_back(id); };
    const auto onRaw = [&](std::string_view part) {
        const std::string normalized = file.normalized(part);
        const bool first = begins && part.data() == valid.data();
        const auto onPlain = [&](std::string_view plain) {
            m_data->encodePlain(plain, first && plain.data() == normalized.data(), ids);
        };
        file.inNormalizedText.cut(normalized, onPlain, onToken);
    };
    if (recogniseAdded)
        file.inRawText.cut(valid, onRaw, onToken);
    else
        m_data->encodePlain(file.normalized(valid), begins, ids);
    return ids;
}

std::string BpeTokenizer::decode(const std::vector<std::int64_t>& ids, bool skipSpecial) const {
    std::string text;
    for (const std::int64_t id : ids)
        if (!skipSpecial || !isSpecial(id))
            text += bytes(id);
    if (stripsLeadingSpace() && text.starts_with(' '))
        text.erase(0, 1);
    return text;
}

std::vector<std::int64_t> BpeTokenizer::prefix() const {
    return m_data->file.prefix;
}

bool BpeTokenizer::stripsLeadingSpace() const {
    return m_data->file.stripsLeadingSpace;
}

std::string_view BpeTokenizer::bytes(std::int64_t id) const {
    const TokenizerFile::Entry* entry = m_data->entry(id);
    return entry ? std::string_view(entry->bytes) : std::string_view();
}

bool BpeTokenizer::isSpecial(std::int64_t id) const {
    const TokenizerFile::Entry* entry = m_data->entry(id);
    return entry && entry->special;
}

std::optional<std::int64_t> BpeTokenizer::id(std::string_view token) const {
    for (const TokenizerFile::Ids* ids : {&m_data->file.added, &m_data->file.vocabulary})
        if (const auto it = ids->find(token); it != ids->end())
            return it->second;
    return std::nullopt;
}

std::int64_t BpeTokenizer::size() const {
    return static_cast<std::int64_t>(m_data->file.entries.size());
}

std::string Utf8Stream::push(std::string_view bytes) {
    m_pending += bytes;
    std::string text;
    std::string_view rest = m_pending;
    while (!rest.empty()) {
        const Utf8Step step = firstCharacter(rest);
        if (step.kind == Utf8Step::Kind::Unfinished)
            break;
        text += step.kind == Utf8Step::Kind::Character ? rest.substr(0, step.length) : kReplacement;
        rest.remove_prefix(step.length);
    }
    m_pending.erase(0, m_pending.size() - rest.size());
    return text;
}

std::string Utf8Stream::finish() {
    const std::string text = validUtf8(m_pending);
    m_pending.clear();
    return text;
}

} // namespace prunescope::model
