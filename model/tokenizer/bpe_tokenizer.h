#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

struct TokenizerJson;

/// BPE as in tokenizer.json: of bytes, as Qwen2, Qwen2.5 and Qwen3 have it (qwen3-vl spec 7: NFC, split by the file's
/// own pattern, merges by rank), or of characters with marks for spaces, as Llama has it (other-families spec 2.7).
/// Immutable; any thread.
class BpeTokenizer {
public:
    /// Throws Error(NotFound), Error(BadFile) or Error(Unsupported) that names the file and what it lacks.
    static BpeTokenizer load(const std::string& path);
    /// Of a content that comes from elsewhere than a tokenizer.json; `where` is what messages call it. Throws as
    /// `load`.
    static BpeTokenizer make(TokenizerJson content, const std::string& where);
    BpeTokenizer(BpeTokenizer&&) noexcept;
    BpeTokenizer& operator=(BpeTokenizer&&) noexcept;
    ~BpeTokenizer();

    /// UTF-8 -> ids. With `recogniseAdded`, added tokens in the text become their ids; without, they are plain text.
    /// Invalid UTF-8 is replaced by U+FFFD. `prefix` is not part of it. `begins`: no added token stands before the
    /// text, which some vocabularies of characters mark.
    std::vector<std::int64_t> encode(std::string_view text, bool recogniseAdded = true, bool begins = true) const;

    /// Ids that begin every prompt, before what `encode` gives.
    std::vector<std::int64_t> prefix() const;

    /// Ids of a whole text -> bytes, which may end inside a UTF-8 character. Ids outside the vocabulary give nothing.
    std::string decode(const std::vector<std::int64_t>& ids, bool skipSpecial = true) const;
    /// A whole text loses the space it begins with when it is decoded; who joins `bytes` has to take it off.
    bool stripsLeadingSpace() const;
    /// The bytes of one id.
    std::string_view bytes(std::int64_t id) const;
    bool isSpecial(std::int64_t id) const;
    /// Id of an added token or of a vocabulary entry as written in the file.
    std::optional<std::int64_t> id(std::string_view token) const;
    std::int64_t size() const; ///< largest id + 1

private:
    struct Data;
    explicit BpeTokenizer(std::unique_ptr<Data> data);
    std::unique_ptr<Data> m_data;
};

/// Cuts a stream of bytes at whole UTF-8 characters.
class Utf8Stream {
public:
    /// The text that can be shown now: the buffered bytes and `bytes`, up to the last whole character. Bytes that can't
    /// be UTF-8 become U+FFFD.
    std::string push(std::string_view bytes);
    /// The rest, with U+FFFD for an unfinished character.
    std::string finish();

private:
    std::string m_pending;
};

} // namespace prunescope::model
