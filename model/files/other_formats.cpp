#include "model/files/other_formats.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

struct OtherFormat {
    std::string_view ending;
    const char* name;
};
constexpr std::array kOtherFormats{
    OtherFormat{".gguf", "GGUF"},  OtherFormat{".ggml", "GGML"},     OtherFormat{".bin", "PyTorch"},
    OtherFormat{".pt", "PyTorch"}, OtherFormat{".pth", "PyTorch"},   OtherFormat{".ckpt", "PyTorch"},
    OtherFormat{".onnx", "ONNX"},  OtherFormat{".h5", "TensorFlow"}, OtherFormat{".msgpack", "Flax"},
    OtherFormat{".npz", "NumPy"},
};

/// Names in order, so that the message is the same everywhere.
std::set<std::string> fileNames(const std::string& folder) {
    std::set<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.insert(it->path().filename().string());
    return names;
}

} // namespace

void refuseLfsPointer(const std::string& path) {
    constexpr std::string_view kStart = "version https://git-lfs";
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return; // whoever reads it says so
    std::string start(kStart.size(), '\0');
    std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
    if (start == kStart)
        throw Error(ErrorKind::BadFile,
                    path + ": a Git LFS pointer, expected the file itself: run git lfs pull in the folder");
}

void refuseWithoutWeights(const std::string& folder) {
    for (const std::string& name : fileNames(folder))
        for (const OtherFormat& kind : kOtherFormats)
            if (name.ends_with(kind.ending))
                throw Error(ErrorKind::Unsupported, folder + "/" + inQuotes(name) + ": weights of " + kind.name +
                                                        " can't be read, expected model.safetensors: convert them to "
                                                        "safetensors in BF16, F16 or F32");
    throw Error(ErrorKind::NotFound,
                folder + ": no weights, expected model.safetensors or model.safetensors.index.json");
}

} // namespace prunescope::model
