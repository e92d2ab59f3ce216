#include "model/files/model_path.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/folder_names.h"
#include "model/files/format_list.h"
#include "model/files/hub_cache.h"
#include "model/files/stand_in.h"

#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

std::string withoutSlashes(std::string path) {
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

/// Of a file in another format that people may think is the model.
[[noreturn]] void refuseFormat(const std::string& path, const OtherFormat& format) {
    throw Error(ErrorKind::Unsupported,
                path + ": " + std::string(format.what) +
                    " can't be read, expected the folder of a model in safetensors: " + std::string(format.way));
}

[[noreturn]] void refuseFile(const std::string& path) {
    const fs::path file(path);
    for (const OtherFormat& format : otherFormats())
        if (isNamed(file.filename().string(), format))
            refuseFormat(path, format);
    refuseStandIn(path);
    const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
    const bool inModel = isThere(folder + "/config.json");
    throw Error(ErrorKind::NotFound, path + ": a file, expected the folder of a model" +
                                         (inModel ? ": give " + folder
                                                  : " (config.json, tokenizer.json, *.safetensors): one file is no "
                                                    "whole model"));
}

/// Empty where the folder is none of a hub cache.
std::string snapshotOf(const fs::path& folder) {
    const fs::path model = folder.filename() == "snapshots" ? folder.parent_path() : folder;
    const std::string name = hubNameOfSnapshot(model / "snapshots" / "any");
    if (name.empty())
        return {};
    const fs::path snapshot = HubRepository(model.parent_path(), name).currentSnapshot();
    if (snapshot.empty())
        throw Error(ErrorKind::NotFound, folder.string() + ": no snapshot of " + inQuotes(name) +
                                             " is in it, expected a model: download it again");
    return snapshot.string();
}

void requireReadable(const std::string& folder) {
    std::error_code error;
    fs::directory_iterator(folder, error);
    if (error)
        throw Error(ErrorKind::BadFile, folder + ": " + error.message() + ", expected a folder that may be read");
}

} // namespace

std::string resolveModelPath(const std::string& given) {
    const std::string path = withoutSlashes(given);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) {
        if (path.ends_with(".gguf"))
            return path;
        refuseFile(path);
    }
    refuseStandIn(path); // a link that leads nowhere
    if (!fs::is_directory(path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such model folder");
    requireReadable(path);
    if (isThere(path + "/config.json"))
        return path;
    const std::string snapshot = snapshotOf(fs::absolute(path, ignored));
    return snapshot.empty() ? path : snapshot;
}

} // namespace prunescope::model
