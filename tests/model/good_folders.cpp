#include "tests/model/foreign_folders.h"
#include "tests/support/golden.h"

namespace prunescope::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
const std::string kStale = R"({"weight_map": {"a": "model-00001-of-00002.safetensors"}})";

fs::path inHubCache(const fs::path& folder) {
    const fs::path model = folder.parent_path() / "models--Owner--Model";
    fs::create_directories(model / "snapshots");
    fs::rename(folder, model / "snapshots" / "0123abcd");
    write(model / "refs/main", "0123abcd");
    return model;
}

fs::path withByteOrderMark(const fs::path& folder) {
    write(folder / "config.json", "\xef\xbb\xbf" + readJson(folder / "config.json").dump());
    return folder;
}

/// Two full saves, of which one has a shard too few.
fs::path twoSaves(const fs::path& folder) {
    fs::copy(folder / "model.safetensors", folder / "second.safetensors");
    sharded(2)(folder);
    fs::remove(folder / "model-00001-of-00002.safetensors");
    fs::rename(folder / "second.safetensors", folder / "model.safetensors");
    return folder;
}

fs::path slashes(const fs::path& folder) {
    return folder.string() + "//";
}

} // namespace

const std::vector<GoodFolder>& goodFolders() {
    static const std::vector<GoodFolder> list{
        {"as it is", withFile("README.md")},
        {"slashes at the end", slashes},
        {"a stale index", withFile(kIndex, kStale)},
        {"a stale index beside shards of another number", inTurn({sharded(3), withFile(kIndex, kStale)})},
        {"an index of the one file", withFile(kIndex, R"({"weight_map": {"a": "model.safetensors"}})")},
        {"shards without an index", sharded(3)},
        {"shards named after the index", sharded(2, "model.safetensors")},
        {"a variant alone", renamedWeights("model.fp16.safetensors")},
        {"another name", renamedWeights("pytorch_model.safetensors")},
        {"a name of its own", renamedWeights("my_model.safetensors")},
        {"half of another save beside", twoSaves},
        {"consolidated beside shards", inTurn({sharded(2), withFile("consolidated.safetensors")})},
        {"an adapter beside", inTurn({withFile("adapter_config.json", "{}"), withFile("adapter_model.safetensors")})},
        {"optimizer states beside", inTurn({withFile("optimizer.pt"), withFile("training_args.bin")})},
        {"weights of PyTorch beside", withFile("pytorch_model.bin")},
        {"an onnx folder beside", withFile("onnx/model.onnx")},
        {"files of macOS beside", inTurn({sharded(2), withFile("._model-00001-of-00002.safetensors")})},
        {"an index of a variant beside", withFile("model.safetensors.index.fp16.json", kStale)},
        {"config.json with a byte order mark", withByteOrderMark},
        {"an inner model", editJson("config.json", {{"architectures", {"Qwen3VLModel"}}})},
        {"a folder of a hub cache", inHubCache},
        {"snapshots of a hub cache", [](const fs::path& folder) { return inHubCache(folder) / "snapshots"; }},
        {"a tensor of complex numbers", withTensor("rope.freqs_cis", "C64")},
        {"a tensor of four bits", withTensor("some.buffer", "F4")},
        {"compressed-tensors, not quantized",
         editJson("config.json", {{"quantization_config",
                                   {{"quant_method", "compressed-tensors"},
                                    {"format", "pack-quantized"},
                                    {"sparsity_config", {{"format", "dense"}}},
                                    {"transform_config", nlohmann::json::object()}}}})},
        {"fp8, of no matrix", editJson("config.json", {{"quantization_config", {{"quant_method", "fp8"}}}})},
    };
    return list;
}

} // namespace prunescope::test
