#include "model/tokenizer/tokenizer_reader.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/tokenizer/tokenizer_steps.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace prunescope::model {

namespace {

/// Checks the content of a tokenizer.json and makes it ready for use. Every error names the
/// file.
class TokenizerReader {
public:
    /// `where` is what messages call the content.
    TokenizerReader(TokenizerJson content, const std::string& where) : m_path(where), m_json(std::move(content)) {}

    TokenizerFile read() {
        const Json& root = m_json.rest;
        if (!root.is_object())
            bad("is no JSON object, expected a Hugging Face tokenizer");
        const Json& model = member(root, "model");
        if (!model.is_object())
            bad("has no model, expected one of type BPE");
        makeRoom(member(root, "added_tokens"));
        readModel(model);
        readNormalizer();
        for (const Json& token : member(root, "added_tokens"))
            readAddedToken(token);
        readPreTokenizer();
        readPostProcessor();
        readDecoder();
        return std::move(m_file);
    }

private:
    using Json = nlohmann::json;

    // GPT-2's, which a ByteLevel pre-tokenizer stands for unless it says otherwise.
    static constexpr const char* kByteLevelPattern =
        R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
    static constexpr std::int64_t kMaxId =
        (1 << 21) - 1; // far above any vocabulary; keeps a wrong id from filling the memory

    [[noreturn]] void bad(const std::string& what) const { throw Error(ErrorKind::BadFile, m_path + ": " + what); }
    [[noreturn]] void unsupported(const std::string& found, const std::string& expected) const {
        throw Error(ErrorKind::Unsupported, m_path + ": " + found + " is not supported, expected " + expected);
    }

    /// null when it is not there.
    static const Json& member(const Json& object, const char* name) {
        static const Json none;
        const auto it = object.find(name);
        return it == object.end() ? none : *it;
    }

    static std::string typeOf(const Json& entry) {
        const Json& type = entry.is_object() ? member(entry, "type") : entry;
        return type.is_string() ? type.get<std::string>() : type.dump();
    }

    /// As in the file, in ASCII: some programs keep tables in such entries.
    static std::string shortened(const Json& value) {
        constexpr std::size_t kLongest = 120;
        const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
        return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
    }

    bool flag(const Json& entry, const char* name, bool otherwise) const {
        const Json& value = member(entry, name);
        if (!value.is_boolean() && !value.is_null())
            bad(std::string(name) + " is " + value.dump() + ", expected true or false");
        return value.is_null() ? otherwise : value.get<bool>();
    }

    // --- ids

    /// Checks all ids first: `entries` must not grow later, its texts are the keys of the maps.
    void makeRoom(const Json& added) {
        if (m_json.vocabulary.empty())
            bad("has no model.vocab, expected an object of token: id");
        if (!added.is_array() && !added.is_null())
            bad("added_tokens is no array");
        std::int64_t largest = 0;
        for (const auto& [text, id] : m_json.vocabulary)
            largest = std::max(largest, checkedId(id, text));
        for (const Json& token : added) {
            if (!token.is_object() || !member(token, "content").is_string())
                bad("added_tokens has " + token.dump() + ", expected an object with id and content");
            largest = std::max(largest, checkedId(member(token, "id"), token["content"].get<std::string>()));
        }
        m_file.entries.resize(static_cast<std::size_t>(largest) + 1);
    }

    std::int64_t checkedId(const Json& id, const std::string& text) const {
        const bool inRange = id.is_number_unsigned() && id.get<std::uint64_t>() <= std::uint64_t{kMaxId};
        if (!inRange)
            bad("the id of " + inQuotes(text) + " is " + id.dump() + ", expected an integer from 0 to " +
                std::to_string(kMaxId));
        return id.get<std::int64_t>();
    }

    // --- model: vocab and merges

    void readModel(const Json& model) {
        if (const Json& type = member(model, "type"); !type.is_null() && type != "BPE")
            unsupported("model " + inQuotes(typeOf(type)), "BPE");
        for (const char* option : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (const Json& value = member(model, option); !value.is_null() && value != "")
                unsupported(std::string("model.") + option + " " + value.dump(), "none");
        if (const Json& dropout = member(model, "dropout"); !dropout.is_null() && dropout != 0.0)
            unsupported("model.dropout " + dropout.dump(), "none");
        m_file.ignoreMerges = flag(model, "ignore_merges", false);
        // Without effect where a pre-tokenizer turns everything into characters for bytes.
        m_file.fromCharacters = flag(model, "byte_fallback", false) && !hasByteLevel();
        readVocabulary();
        if (!member(model, "merges").is_array())
            bad("has no model.merges, expected an array of pairs");
        readMerges();
    }

    void readVocabulary() {
        m_file.vocabulary.reserve(m_json.vocabulary.size());
        for (const auto& [text, number] : m_json.vocabulary) {
            const auto id = number.get<std::int64_t>();
            checkOnlyId(m_file.vocabulary, text, id);
            m_file.vocabulary.emplace(enter(id, text, m_file.bytesOfEntry(text)), id);
        }
        for (std::size_t byte = 0; byte < 256; ++byte)
            m_file.byteIds[byte] = idOf(m_file.entryOfByte(byte), "model.vocab has no entry for a byte:");
    }

    /// Returns the text as it is kept.
    std::string_view enter(std::int64_t id, const std::string& text, std::string bytes) {
        auto& entry = m_file.entries[static_cast<std::size_t>(id)];
        if (text.empty())
            bad("the token of id " + std::to_string(id) + " is empty");
        if (!entry.text.empty() && entry.text != text)
            bad("id " + std::to_string(id) + " belongs to both " + inQuotes(entry.text) + " and " + inQuotes(text));
        entry.text = text;
        entry.bytes = std::move(bytes);
        return entry.text;
    }

    std::int32_t idOf(const std::string& token, const char* otherwise) const {
        const auto it = m_file.vocabulary.find(token);
        if (it == m_file.vocabulary.end())
            bad(std::string(otherwise) + " " + inQuotes(token));
        return static_cast<std::int32_t>(it->second);
    }

    void readMerges() {
        m_file.merges = BpeMerges(m_json.merges.size());
        std::int32_t rank = 0;
        for (const auto& [left, right] : m_json.merges) {
            const std::int32_t leftId = idOf(left, "model.merges names a token that is not in model.vocab:");
            const std::int32_t rightId = idOf(right, "model.merges names a token that is not in model.vocab:");
            m_file.merges.add(leftId, rightId, rank++,
                              idOf(left + right, "model.merges makes a token that is not in model.vocab:"));
        }
    }

    // --- added tokens

    void readAddedToken(const Json& token) {
        const auto content = token["content"].get<std::string>();
        const auto id = token["id"].get<std::int64_t>();
        for (const char* option : {"lstrip", "rstrip", "single_word"})
            if (flag(token, option, false))
                unsupported(std::string(option) + " of the added token " + inQuotes(content), "false");
        const std::string_view text = enter(id, content, content);
        const std::int64_t found = idInTexts(content, id);
        checkOnlyId(m_file.added, content, found);
        m_file.added.emplace(text, found);
        const bool special = flag(token, "special", false);
        m_file.entries[static_cast<std::size_t>(id)].special = special;
        if (flag(token, "normalized", !special)) {
            const std::string form = m_file.normalized(content);
            if (m_file.fromCharacters) // the mark that it is found with is a space of the text
                m_file.entries[static_cast<std::size_t>(id)].bytes = m_file.bytesOfEntry(form);
            m_file.inNormalizedText.add(form, found);
        } else {
            m_file.inRawText.add(content, found);
        }
    }

    /// A token that stands in the vocabulary too is found in texts as that one, as the library `tokenizers` does; a
    /// model that writes the added one has written the same text.
    std::int64_t idInTexts(const std::string& content, std::int64_t id) const {
        const auto known = m_file.vocabulary.find(content);
        return known == m_file.vocabulary.end() ? id : known->second;
    }

    void checkOnlyId(const TokenizerFile::Ids& ids, const std::string& text, std::int64_t id) const {
        const auto known = ids.find(text);
        if (known != ids.end() && known->second != id)
            bad(inQuotes(text) + " has two ids, " + std::to_string(known->second) + " and " + std::to_string(id));
    }

    // --- from text to pieces

    std::vector<Json> steps(const char* entry, const char* list) const {
        return TokenizerSteps(m_path, entry, list).of(member(m_json.rest, entry));
    }
    std::vector<Json> preTokenizers() const { return steps("pre_tokenizer", "pretokenizers"); }

    bool hasByteLevel() const {
        const std::vector<Json> all = preTokenizers();
        return std::any_of(all.begin(), all.end(), [](const Json& step) { return typeOf(step) == "ByteLevel"; });
    }

    void readNormalizer() {
        const std::vector<Json> all = steps("normalizer", "normalizers");
        if (m_file.fromCharacters)
            return readSpaceMarks(all);
        for (const Json& step : all)
            if (typeOf(step) != "NFC")
                unsupported("normalizer " + inQuotes(typeOf(step)), "NFC or none");
        m_file.nfc = !all.empty();
    }

    /// Of a vocabulary of characters: the normalizer makes them, or, in files of transformers 5, the pre-tokenizer.
    void readSpaceMarks(const std::vector<Json>& normalizers) {
        const std::string mark(kSpaceMark);
        const std::vector<Json> expected{{{"type", "Prepend"}, {"prepend", mark}},
                                         {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", mark}}};
        if (normalizers == expected)
            m_file.marks = SpaceMarks::EveryPart;
        else if (!normalizers.empty() || preTokenizers().empty())
            unsupported("normalizer " + shortened(member(m_json.rest, "normalizer")) + " beside model.byte_fallback",
                        "Prepend of U+2581 and Replace of spaces by U+2581, or the pre_tokenizer Metaspace");
    }

    void readPreTokenizer() {
        const std::vector<Json> all = preTokenizers();
        if (m_file.fromCharacters)
            return readMetaspace(all);
        for (const Json& step : all)
            readPreTokenizerStep(step);
        if (!m_byteLevel)
            unsupported("pre_tokenizer without ByteLevel", "ByteLevel at its end");
    }

    void readMetaspace(const std::vector<Json>& all) {
        if (all.empty())
            return;
        const std::string type = typeOf(all.front());
        if (type != "Metaspace" || all.size() > 1 || m_file.marks)
            unsupported("pre_tokenizer " + inQuotes(typeOf(all.back())) + " beside model.byte_fallback",
                        m_file.marks ? "none" : "Metaspace alone");
        const Json& metaspace = all.front();
        if (const Json& mark = member(metaspace, "replacement"); mark != std::string(kSpaceMark))
            unsupported("pre_tokenizer Metaspace with replacement " + shortened(mark), "U+2581");
        if (flag(metaspace, "split", true))
            unsupported("pre_tokenizer Metaspace with split true", "false");
        m_file.marks = schemeOf(member(metaspace, "prepend_scheme"));
    }

    SpaceMarks schemeOf(const Json& scheme) const {
        if (scheme == "first")
            return SpaceMarks::FirstPart;
        if (scheme == "never")
            return SpaceMarks::NoPart;
        if (!scheme.is_null() && scheme != "always")
            unsupported("pre_tokenizer Metaspace with prepend_scheme " + shortened(scheme), "always, first or never");
        return SpaceMarks::EveryPartOnce;
    }

    void readPreTokenizerStep(const Json& entry) {
        const std::string type = typeOf(entry);
        if (m_byteLevel)
            unsupported("pre_tokenizer " + inQuotes(type) + " after ByteLevel", "ByteLevel at its end");
        if (type == "Split")
            readSplit(entry);
        else if (type == "ByteLevel")
            readByteLevel(entry);
        else
            unsupported("pre_tokenizer " + inQuotes(type), "Split or ByteLevel");
    }

    void readSplit(const Json& entry) {
        if (const Json& behavior = member(entry, "behavior"); behavior != "Isolated")
            unsupported("pre_tokenizer Split with behavior " + behavior.dump(), "Isolated");
        if (flag(entry, "invert", false))
            unsupported("pre_tokenizer Split with invert", "false");
        const Json& pattern = member(entry, "pattern");
        const Json& regex = pattern.is_object() ? member(pattern, "Regex") : pattern;
        if (!pattern.is_object() || !regex.is_string())
            unsupported("pre_tokenizer Split by " + pattern.dump(), "a Regex");
        m_file.patterns.emplace_back(regex.get<std::string>(), m_path);
    }

    void readByteLevel(const Json& entry) {
        if (flag(entry, "add_prefix_space", true))
            unsupported("pre_tokenizer ByteLevel with add_prefix_space", "false");
        if (flag(entry, "use_regex", true))
            m_file.patterns.emplace_back(kByteLevelPattern, m_path);
        m_byteLevel = true;
    }

    // --- what is put around a text, and from tokens to text

    /// What ByteLevel does here concerns places in the text alone.
    void readPostProcessor() {
        for (const Json& step : steps("post_processor", "processors"))
            if (typeOf(step) == "TemplateProcessing")
                readTemplate(step);
            else if (typeOf(step) != "ByteLevel")
                unsupported("post_processor " + inQuotes(typeOf(step)), "ByteLevel, TemplateProcessing or none");
    }

    void readTemplate(const Json& entry) {
        bool afterText = false;
        std::vector<std::int64_t> prefix;
        for (const Json& item : member(entry, "single")) {
            const Json& token = item.is_object() ? member(item, "SpecialToken") : item;
            if (!afterText && item.is_object() && token.is_object())
                addTokens(member(entry, "special_tokens"), member(token, "id"), prefix);
            else if (!afterText && item.is_object() && isText(member(item, "Sequence")))
                afterText = true;
            else
                unsupported("post_processor TemplateProcessing with " + shortened(item) + " in `single`",
                            "tokens, then sequence A");
        }
        if (!afterText)
            unsupported("post_processor TemplateProcessing without sequence A in `single`", "tokens, then sequence A");
        m_file.prefix.insert(m_file.prefix.begin(), prefix.begin(), prefix.end());
    }

    /// Whatever its type_id is: tokens of the same ids.
    static bool isText(const Json& sequence) { return sequence.is_object() && member(sequence, "id") == "A"; }

    /// Appends the ids that a template writes for `name`.
    void addTokens(const Json& specialTokens, const Json& name, std::vector<std::int64_t>& ids) const {
        const std::string text = name.is_string() ? name.get<std::string>() : name.dump();
        const Json& token = specialTokens.is_object() ? member(specialTokens, text.c_str()) : specialTokens;
        const Json& list = token.is_object() ? member(token, "ids") : token;
        if (!list.is_array() || list.empty())
            bad("post_processor has no ids for " + inQuotes(text) + " in special_tokens");
        for (const Json& id : list) {
            ids.push_back(checkedId(id, text));
            const auto index = static_cast<std::size_t>(ids.back());
            if (index >= m_file.entries.size() || m_file.entries[index].text.empty())
                bad("post_processor writes id " + id.dump() + " for " + inQuotes(text) + ", which no token has");
        }
    }

    void readDecoder() {
        std::vector<Json> all = steps("decoder", "decoders");
        if (m_file.fromCharacters)
            return readMarkDecoder(std::move(all));
        std::erase_if(all, [](const Json& step) { return typeOf(step) == "Fuse"; }); // bytes are joined anyway
        for (const Json& step : all)
            if (typeOf(step) != "ByteLevel")
                unsupported("decoder " + inQuotes(typeOf(step)), "ByteLevel or none");
    }

    /// Of a vocabulary of characters.
    void readMarkDecoder(std::vector<Json> found) {
        const Json strip = {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};
        const std::vector<Json> expected{
            {{"type", "Replace"}, {"pattern", {{"String", std::string(kSpaceMark)}}}, {"content", " "}},
            {{"type", "ByteFallback"}},
            {{"type", "Fuse"}}};
        m_file.stripsLeadingSpace = !found.empty() && found.back() == strip;
        if (m_file.stripsLeadingSpace)
            found.pop_back();
        if (found != expected)
            unsupported("decoder " + shortened(member(m_json.rest, "decoder")) + " beside model.byte_fallback",
                        "Replace of U+2581 by spaces, ByteFallback, Fuse and Strip of one leading space");
    }

    std::string m_path;
    TokenizerJson m_json;
    TokenizerFile m_file;
    bool m_byteLevel = false;
};

std::string textOf(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such file, expected a Hugging Face tokenizer.json");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
        throw Error(ErrorKind::NotFound, path + ": cannot be read");
    if (text.view().empty())
        throw Error(ErrorKind::BadFile, path + ": is empty, expected a Hugging Face tokenizer.json");
    return std::move(text).str();
}

} // namespace

TokenizerFile readTokenizerFile(const std::string& path) {
    return readTokenizerFile(TokenizerJsonReader(path).read(textOf(path)), path);
}

TokenizerFile readTokenizerFile(TokenizerJson content, const std::string& where) {
    return TokenizerReader(std::move(content), where).read();
}

} // namespace prunescope::model
