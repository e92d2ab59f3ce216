#include "model/hub/hub_names.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/hub/published_models.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::size_t kLongestName = 96;      // as the hub has it
constexpr std::size_t kLongestRevision = 200; // a file name with something to spare
constexpr std::size_t kLongestFileName = 200;

bool isAlphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isNameCharacter(char c) {
    return isAlphanumeric(c) || c == '-' || c == '_' || c == '.';
}

bool isEnd(char c) {
    return c == '-' || c == '.';
}

/// An owner or the name of a model. The hub keeps "--" for folders of its cache.
bool isNamePart(std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), isNameCharacter) && !isEnd(part.front()) &&
           !isEnd(part.back()) && part.find("--") == part.npos && part.find("..") == part.npos;
}

bool isHexadecimal(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Relative, without empty parts, "." and "..", and without characters that no sensible name has.
bool isSafePath(std::string_view path) {
    const auto isOdd = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '\\' || c == ':'; };
    if (std::any_of(path.begin(), path.end(), isOdd))
        return false;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view part = path.substr(begin, end - begin);
        if (part.empty() || part == "." || part == "..")
            return false;
        begin = end + 1;
    }
    return true;
}

std::string withPublishedOwner(const std::string& name) {
    for (const PublishedModel& published : kPublishedModels)
        if (published.name.ends_with("/" + name))
            return std::string(published.name);
    return name;
}

} // namespace

std::string completeModelName(const std::string& name) {
    const std::string full = withPublishedOwner(name);
    const std::size_t slash = full.find('/');
    const std::string_view text = full;
    if (slash == full.npos || full.size() > kLongestName || full.ends_with(".git") ||
        !isNamePart(text.substr(0, slash)) || !isNamePart(text.substr(slash + 1)))
        throw Error(ErrorKind::Usage, "found the model name " + inQuotes(name) + ", expected OWNER/NAME such as " +
                                          std::string(kPublishedModels.front().name));
    return full;
}

void checkRevision(const std::string& revision) {
    if (revision.size() > kLongestRevision || !isSafePath(revision) || revision.find(' ') != revision.npos)
        throw Error(ErrorKind::Usage,
                    "found the revision " + inQuotes(revision) + ", expected a branch, tag or commit such as main");
}

void checkFileName(std::string_view path) {
    if (!isSafePath(path) || path.size() > kLongestFileName)
        throw Error(ErrorKind::BadFile, "the hub lists a file named " + inQuotes(path) +
                                            ", expected a relative path inside the model's folder");
}

bool isWeightFile(std::string_view path) {
    return path.ends_with(".safetensors");
}

bool isModelFile(std::string_view path) {
    constexpr std::array kEndings{std::string_view("config.json"), std::string_view(".safetensors.index.json")};
    constexpr std::array kBeginnings{std::string_view("tokenizer"),    std::string_view("special_tokens_map"),
                                     std::string_view("added_tokens"), std::string_view("vocab"),
                                     std::string_view("merges"),       std::string_view("chat_template"),
                                     std::string_view("README"),       std::string_view("LICENSE"),
                                     std::string_view("LICENCE")};
    return path.find('/') == path.npos &&
           (isWeightFile(path) ||
            std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return path.ends_with(ending); }) ||
            std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](auto word) { return path.starts_with(word); }));
}

bool isGitHash(std::string_view text) {
    return text.size() == 40 && isHexadecimal(text);
}

bool isSha256(std::string_view text) {
    return text.size() == 64 && isHexadecimal(text);
}

std::string percentEncoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (isNameCharacter(c) || c == '~')
            encoded += c;
        else
            encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return encoded;
}

} // namespace prunescope::model
