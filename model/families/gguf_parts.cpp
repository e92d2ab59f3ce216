#include "model/families/gguf_parts.h"

#include "core/base/format.h"
#include "model/files/ollama_store.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".gguf";
constexpr std::size_t kDigits = 5;
constexpr std::int64_t kMaxShards = 99999;

/// "NAME-00001-of-00003.gguf"
struct ShardName {
    std::string stem;
    std::int64_t number = 0;
    std::int64_t count = 0;

    std::string file(std::int64_t shard) const {
        const auto padded = [](std::int64_t value) {
            const std::string digits = std::to_string(value);
            return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
        };
        return stem + "-" + padded(shard) + "-of-" + padded(count) + std::string(kEnding);
    }
};

std::optional<std::int64_t> shardNumber(std::string_view digits) {
    std::int64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = 10 * value + (c - '0');
    }
    return value;
}

std::optional<ShardName> shardName(const std::string& file) {
    constexpr std::string_view kOf = "-of-";
    constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits + kEnding.size();
    if (file.size() <= kTail || !file.ends_with(kEnding))
        return std::nullopt;
    const std::string_view tail = std::string_view(file).substr(file.size() - kTail);
    const auto number = shardNumber(tail.substr(1, kDigits));
    const auto count = shardNumber(tail.substr(1 + kDigits + kOf.size(), kDigits));
    if (tail.front() != '-' || tail.substr(1 + kDigits, kOf.size()) != kOf || !number || !count)
        return std::nullopt;
    return ShardName{file.substr(0, file.size() - kTail), *number, *count};
}

std::vector<fs::path> filesWithEnding(const std::string& folder, std::string_view ending) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().filename().string().ends_with(ending))
            files.push_back(it->path());
    std::ranges::sort(files);
    return files;
}

bool isFolder(const std::string& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// What a file says that it is; empty where it can't be read.
std::string architectureOf(const std::string& path) {
    try {
        return ggufArchitecture(path);
    } catch (const Error&) {
        return {};
    }
}

std::vector<fs::path> projectorsIn(const std::string& folder) {
    auto files = filesWithEnding(folder, kEnding);
    std::erase_if(files, [](const fs::path& file) { return architectureOf(file.string()) != "clip"; });
    return files;
}

std::vector<std::shared_ptr<const GgufFile>> openShards(const std::string& path) {
    const auto shard = shardName(path);
    if (!shard)
        return {GgufFile::open(path)};
    std::vector<std::shared_ptr<const GgufFile>> files;
    for (std::int64_t i = 1; i <= std::clamp<std::int64_t>(shard->count, 1, kMaxShards); ++i) {
        const std::string file = shard->file(i);
        std::error_code ignored;
        if (!fs::exists(file, ignored))
            throw Error(ErrorKind::NotFound, file + ": missing, one of the " + std::to_string(shard->count) +
                                                 " files of " + path + ": download it into the same folder");
        files.push_back(GgufFile::open(file));
    }
    return files;
}

std::string groupName(const std::string& path) {
    const std::string file = fs::path(path).filename().string();
    if (const auto shard = shardName(file))
        return shard->stem;
    return file.ends_with(kEnding) ? file.substr(0, file.size() - kEnding.size()) : file;
}

/// The one model of a folder.
GgufGroup onlyGroup(const std::string& folder) {
    const auto groups = ggufGroups(folder);
    if (groups.empty())
        throw Error(ErrorKind::NotFound, folder + ": only the encoder of pictures (mmproj) is there, expected the "
                                                  "language model's GGUF file beside it: download it too");
    if (groups.size() == 1)
        return groups.front();
    std::vector<std::string> names;
    for (const GgufGroup& group : groups)
        names.push_back(fs::path(group.file).filename().string());
    throw Error(ErrorKind::BadFile, folder + ": " + std::to_string(groups.size()) +
                                        " models in GGUF, expected the path of one of them: " + join(names));
}

/// A file beside the text that sees pictures by itself: the text is looked for instead.
GgufGroup textBeside(const std::string& projector) {
    const std::string folder = fs::path(projector).parent_path().string();
    GgufGroup group = onlyGroup(folder.empty() ? "." : folder);
    return group;
}

GgufParts openManifest(const std::string& path) {
    const OllamaModel model = readOllamaManifest(path);
    if (model.weights.empty())
        throw Error(ErrorKind::Unsupported,
                    path + ": " + model.name + " has no weights in GGUF: it runs elsewhere or in another format");
    GgufParts parts{path, model.name, {}, nullptr, {}};
    for (const std::string& file : model.weights)
        parts.text.push_back(GgufFile::open(file));
    if (!model.projectors.empty())
        parts.vision = GgufFile::open(model.projectors.front());
    return parts;
}

bool seesPictures(const GgufFile& file) {
    const auto first = file.tensors().lower_bound("v.");
    return first != file.tensors().end() && first->first.starts_with("v.");
}

/// How much of the released numbers, which are BF16, a type keeps: the largest tensor decides.
std::size_t lossOf(const GgufFile& file) {
    constexpr std::array kFromExact{"BF16", "F32", "F16", "Q8_0"};
    const StoredTensor* largest = nullptr;
    for (const auto& [name, tensor] : file.tensors())
        if (!largest || tensor.values() > largest->values())
            largest = &tensor;
    const auto found =
        std::ranges::find_if(kFromExact, [&](const char* type) { return largest && largest->dtype == type; });
    return static_cast<std::size_t>(found - kFromExact.begin());
}

std::string nameIn(const GgufFile& file) {
    return file.header().text("general.name", "");
}

/// Those that fit, the best first. Two models of one size may lie in a folder: the name tells them apart.
std::vector<std::shared_ptr<const GgufFile>> fitting(std::vector<std::shared_ptr<const GgufFile>> files,
                                                     const GgufParts& parts, FitsText fits) {
    std::erase_if(files, [&](const auto& file) { return !fits(file->header(), parts.header()); });
    const std::string name = parts.header().text("general.name", "");
    std::ranges::stable_sort(files, {},
                             [&](const auto& file) { return std::pair(nameIn(*file) != name, lossOf(*file)); });
    return files;
}

std::string folderOf(const GgufParts& parts) {
    const std::string folder = fs::path(parts.text.front()->path()).parent_path().string();
    return folder.empty() ? "." : folder;
}

} // namespace

const StoredTensor* GgufParts::find(const std::string& tensor) const {
    for (const auto& file : files())
        if (const StoredTensor* found = file->find(tensor))
            return found;
    return nullptr;
}

std::vector<std::shared_ptr<const GgufFile>> GgufParts::files() const {
    auto all = text;
    if (vision && std::ranges::find(all, vision) == all.end())
        all.push_back(vision);
    return all;
}

bool isGgufModel(const std::string& path) {
    if (!isFolder(path))
        return isGgufFile(path) || path.ends_with(kEnding) || isOllamaManifest(path);
    return filesWithEnding(path, ".safetensors").empty() &&
           filesWithEnding(path, "model.safetensors.index.json").empty() && !filesWithEnding(path, kEnding).empty();
}

std::vector<GgufGroup> ggufGroups(const std::string& folder) {
    std::vector<GgufGroup> groups;
    for (const fs::path& file : filesWithEnding(folder, kEnding)) {
        const auto shard = shardName(file.string());
        const bool isFirst = !shard || shard->number <= 1;
        if (isFirst && architectureOf(file.string()) != "clip")
            groups.push_back({file.string(), groupName(file.string())});
    }
    return groups;
}

bool hasGgufProjector(const std::string& folder) {
    return !projectorsIn(folder).empty();
}

GgufParts openGgufText(const std::string& given) {
    std::string path = given;
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    if (!isFolder(path) && isOllamaManifest(path))
        return openManifest(path);
    std::string file = isFolder(path) ? onlyGroup(path).file : path;
    if (!isFolder(path) && architectureOf(path) == "clip")
        file = textBeside(path).file;
    return {path, groupName(file), openShards(file), nullptr, {}};
}

void findGgufVision(GgufParts& parts, FitsText fits) {
    if (!parts.vision && seesPictures(*parts.text.front()))
        parts.vision = parts.text.front();
    if (parts.vision)
        return;
    std::vector<std::shared_ptr<const GgufFile>> files;
    for (const fs::path& path : projectorsIn(folderOf(parts)))
        files.push_back(GgufFile::open(path.string()));
    const std::string text = parts.text.front()->path();
    if (files.empty())
        throw Error(ErrorKind::NotFound, text +
                                             ": no mmproj file beside it, the model's encoder of pictures: download "
                                             "mmproj-*.gguf of the same model into " +
                                             folderOf(parts));
    const auto good = fitting(files, parts, fits);
    if (good.empty())
        throw Error(ErrorKind::NotFound, files.front()->path() + ": the encoder of pictures of another model than " +
                                             text + ": download mmproj-*.gguf of the same model");
    parts.vision = good.front();
    if (good.size() > 1)
        parts.notes.push_back(text + ": of " + std::to_string(good.size()) + " encoders of pictures beside it, " +
                              fs::path(parts.vision->path()).filename().string() + " is used");
}

} // namespace prunescope::model
