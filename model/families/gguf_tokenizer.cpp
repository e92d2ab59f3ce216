#include "model/families/gguf_tokenizer.h"

#include "core/base/format.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr const char* kModel = "tokenizer.ggml.model";
constexpr const char* kPre = "tokenizer.ggml.pre";
constexpr const char* kTokens = "tokenizer.ggml.tokens";
constexpr const char* kTypes = "tokenizer.ggml.token_type";
constexpr const char* kMerges = "tokenizer.ggml.merges";

/// tokenizer.ggml.token_type
enum Kind : std::int64_t { kNormal = 1, kUnknown, kControl, kUserDefined, kUnused, kByte };

/// How the tokenizers that llama.cpp calls by this name cut a text into pieces. GGUF files only have the name.
struct PreTokenizer {
    std::string_view name;
    const char* pattern;
};
constexpr PreTokenizer kQwen2{
    "qwen2",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"};

/// The rows that an embedding has more than there are tokens, under names that no text should find.
bool isFiller(std::string_view token, std::int64_t kind) {
    if (kind == kUnused)
        return true;
    constexpr std::string_view kStart = "[PAD";
    return kind == kUserDefined && token.size() > kStart.size() + 1 && token.starts_with(kStart) &&
           token.ends_with(']') &&
           std::ranges::all_of(token.substr(kStart.size(), token.size() - kStart.size() - 1),
                               [](char c) { return c >= '0' && c <= '9'; });
}

nlohmann::json addedToken(std::string_view token, std::uint64_t id, std::int64_t kind) {
    return {{"id", id},
            {"content", std::string(token)},
            {"normalized", false}, // stored as the text has them
            {"special", kind == kControl}};
}

void readTokens(const GgufHeader& header, TokenizerJson& tokenizer) {
    const auto tokens = header.texts(kTokens);
    const auto kinds = header.integers(kTypes, kNormal, kByte);
    if (tokens.size() != kinds.size())
        header.fail(kTypes, "one for each of the " + std::to_string(tokens.size()) + " tokens");
    nlohmann::json& added = tokenizer.rest["added_tokens"] = nlohmann::json::array();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto id = static_cast<std::uint64_t>(i); // as a JSON parser has them
        if (isFiller(tokens[i], kinds[i]))
            continue;
        if (kinds[i] == kNormal)
            tokenizer.vocabulary.emplace_back(std::string(tokens[i]), id);
        else if (kinds[i] == kControl || kinds[i] == kUserDefined)
            added.push_back(addedToken(tokens[i], id, kinds[i]));
        else
            throw Error(ErrorKind::Unsupported, header.where() + ": token " + inQuotes(tokens[i]) + " is of type " +
                                                    std::to_string(kinds[i]) + ", expected 1, 3, 4 or 5");
    }
}

/// "a b", each half written with characters that stand for bytes, of which none is a space.
void readMerges(const GgufHeader& header, TokenizerJson& tokenizer) {
    for (const std::string_view merge : header.texts(kMerges)) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string_view::npos || merge.find(' ', space + 1) != std::string_view::npos)
            throw Error(ErrorKind::BadFile, header.where() + ": " + kMerges + " has " + inQuotes(merge) + " at place " +
                                                std::to_string(tokenizer.merges.size() + 1) + R"(, expected "a b")");
        tokenizer.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
}

} // namespace

TokenizerJson ggufTokenizer(const GgufHeader& header) {
    if (header.text(kModel) != "gpt2")
        header.refuse(kModel, "\"gpt2\"");
    if (header.text(kPre) != kQwen2.name)
        header.refuse(kPre, inQuotes(kQwen2.name));
    constexpr const char* kPrefix = "tokenizer.ggml.add_bos_token";
    if (header.has(kPrefix) && header.integer(kPrefix, 0, 1) != 0)
        header.refuse(kPrefix, "0");
    const nlohmann::json split = {
        {"type", "Split"}, {"pattern", {{"Regex", kQwen2.pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
    const nlohmann::json byteLevel = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
    TokenizerJson tokenizer;
    tokenizer.rest = {{"model", {{"type", "BPE"}, {"merges", nlohmann::json::array()}}},
                      {"normalizer", {{"type", "NFC"}}}, // of all of these models; GGUF files don't say
                      {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, byteLevel}}}},
                      {"decoder", {{"type", "ByteLevel"}}}};
    readTokens(header, tokenizer);
    readMerges(header, tokenizer);
    return tokenizer;
}

} // namespace prunescope::model
