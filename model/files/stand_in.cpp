#include "model/files/stand_in.h"

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kStartBytes = 512;

constexpr std::string_view kAgain = "download it again";
constexpr std::string_view kUnpack = "unpack it and give the folder";
constexpr std::string_view kConvert = "save the model with save_pretrained, as safetensors";

struct Content {
    std::string_view start; ///< lower case
    std::size_t at;
    StandIn found;
};

constexpr std::array kContents{
    Content{"version https://git-lfs", 0, {"a Git LFS pointer", "run git lfs pull in the folder"}},
    Content{"<!doctype html", 0, {"a web page", kAgain}},
    Content{"<html", 0, {"a web page", kAgain}},
    Content{"<?xml", 0, {"an XML page of a server", kAgain}},
    Content{"entry not found", 0, {"a server's message (Entry not found)", kAgain}},
    Content{"repository not found", 0, {"a server's message (Repository not found)", kAgain}},
    Content{"invalid username or password", 0, {"a server's message (Invalid username or password)", kAgain}},
    Content{"access to model", 0, {"a server's message", "ask for access on the model's page, then download it again"}},
    Content{"{\"error\"", 0, {"a server's error message", kAgain}},
    Content{"pk\x03\x04", 0, {"a zip archive, as torch.save writes too", kConvert}},
    Content{"\x80\x02", 0, {"a pickle of PyTorch", kConvert}},
    Content{"\x1f\x8b", 0, {"a gzip archive", kUnpack}},
    Content{"\x28\xb5\x2f\xfd", 0, {"a zstd archive", kUnpack}},
    Content{"\xfd"
            "7zxz",
            0,
            {"an xz archive", kUnpack}},
    Content{"7z\xbc\xaf", 0, {"a 7z archive", kUnpack}},
    Content{"ustar", 257, {"a tar archive", kUnpack}},
    Content{"gguf", 0, {"a GGUF file", "rename it to .gguf and give the file itself"}},
    Content{"\x93numpy", 0, {"an array of NumPy", kConvert}},
    Content{"\x89hdf", 0, {"an HDF5 file, as Keras writes", kConvert}},
};

std::string startOf(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) // a pipe may never end
        return {};
    std::string start(kStartBytes, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(in.gcount()));
    return start;
}

/// No safetensors header and no text begins with zeros; a file that was made as long as it shall be does.
bool isUnfilled(const std::string& start) {
    return start.size() == kStartBytes && std::ranges::all_of(start, [](char c) { return c == '\0'; });
}

/// Also of links in a circle.
void refuseLostLink(const std::string& path) {
    std::error_code error, ignored;
    if (!fs::is_symlink(fs::symlink_status(path, ignored)))
        return;
    const fs::file_status target = fs::status(path, error);
    if (fs::exists(target) && target.type() != fs::file_type::unknown)
        return;
    const std::string why = error ? error.message() : std::string("No such file or directory");
    throw Error(ErrorKind::BadFile, path + ": " + why + ": a link to " +
                                        inQuotes(fs::read_symlink(path, ignored).string()) +
                                        ", expected the file: download the model again");
}

/// The length of the header may be bytes that other formats begin with.
bool isSafetensors(const std::string& start) {
    return start.size() > 8 && start[8] == '{' && start[7] == '\0';
}

bool beginsAt(std::string_view text, std::size_t at, std::string_view start) {
    return at < text.size() && text.substr(at).starts_with(start);
}

} // namespace

std::optional<StandIn> standInAt(const std::string& path) {
    const std::string start = startOf(path);
    if (isUnfilled(start))
        return StandIn{"zeros that a download has not filled yet", kAgain};
    if (isSafetensors(start))
        return std::nullopt;
    const std::string lower = asciiLowerCase(start);
    const std::size_t text = lower.find_first_not_of(" \t\r\n");
    for (const Content& content : kContents)
        if (beginsAt(lower, content.at, content.start) || (content.at == 0 && beginsAt(lower, text, content.start)))
            return content.found;
    return std::nullopt;
}

void refuseStandIn(const std::string& path, std::string_view own) {
    refuseLostLink(path);
    if (!own.empty() && asciiLowerCase(startOf(path)).starts_with(own))
        return;
    if (const auto found = standInAt(path))
        throw Error(ErrorKind::BadFile,
                    path + ": " + std::string(found->name) + ", not what its name says: " + std::string(found->way));
}

} // namespace prunescope::model
