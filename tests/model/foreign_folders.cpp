#include "tests/model/foreign_folders.h"

namespace prunescope::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kWords = "model.language_model.embed_tokens.weight";
constexpr const char* kMatrix = "model.language_model.layers.0.self_attn.q_proj";
const std::string kPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4255140312\n";
const std::string kPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n";

/// quantization_config of config.json.
FolderChange quantized(const json& config) {
    return editJson("config.json", {{"quantization_config", config}});
}

FolderChange method(const char* name) {
    return quantized({{"quant_method", name}, {"bits", 4}});
}

FolderChange compressed(const json& patch) {
    json config{{"quant_method", "compressed-tensors"}, {"format", "pack-quantized"}};
    config.merge_patch(patch);
    return quantized(config);
}

FolderChange oneGroup(const json& group) {
    return compressed({{"config_groups", {{"group_0", group}}}});
}

/// A tensor of a matrix beside the plain ones.
FolderChange part(const std::string& ending, const char* dtype = "U8") {
    return withTensor(kMatrix + ending, dtype);
}

/// What is opened is `name` in the folder.
FolderChange opened(const FolderChange& change, const char* name) {
    return [=](const fs::path& folder) { return change(folder) / name; };
}

FolderChange linked(const char* name, const char* target) {
    return [=](const fs::path& folder) {
        fs::remove(folder / name);
        fs::create_symlink(target, folder / name);
        return folder;
    };
}

FolderChange cut(const char* name, std::size_t bytes) {
    return [=](const fs::path& folder) {
        fs::resize_file(folder / name, bytes);
        return folder;
    };
}

/// The parent, with the model and further ones in it.
FolderChange above(int models) {
    return [=](const fs::path& folder) {
        for (int i = 1; i < models; ++i)
            touch(folder.parent_path() / ("checkpoint-" + std::to_string(100 * i)), "config.json");
        return folder.parent_path();
    };
}

fs::path hubCache(const fs::path& folder) {
    fs::create_directories(folder.parent_path() / "models--Owner--Model" / "snapshots");
    return folder.parent_path();
}

fs::path lostSnapshot(const fs::path& folder) {
    return hubCache(folder) / "models--Owner--Model";
}

FolderChange renamed(const std::string& from, const std::string& to) {
    return renamedTensors(
        [=](const std::string& name) { return name.starts_with(from) ? to + name.substr(from.size()) : name; });
}

FolderChange without(const std::string& beginning) {
    return editHeader([=](json& header) {
        for (auto it = header.begin(); it != header.end();)
            it = it.key().starts_with(beginning) ? header.erase(it) : std::next(it);
    });
}

FolderChange weights(const std::string& content) {
    return withFile("model.safetensors", content);
}

fs::path twice(const fs::path& folder) {
    fs::copy(folder / "model.safetensors", folder / "second.safetensors");
    return withFile(kIndex, R"({"weight_map": {"a": "model.safetensors", "b": "second.safetensors"}})")(folder);
}

fs::path twoNames(const fs::path& folder) {
    fs::copy(folder / "model.safetensors", folder / "second.safetensors");
    return renamedWeights("first.safetensors")(folder);
}

FolderChange stored(const std::string& name, const char* dtype, const json& shape) {
    return editHeader([=](json& header) { header[name].merge_patch({{"dtype", dtype}, {"shape", shape}}); });
}

std::vector<ForeignFolder> otherPrograms() {
    return {
        {"PyTorch", onlyFiles({"pytorch_model.bin"}), {"pytorch_model.bin", "PyTorch", "convert"}},
        {"PyTorch, in shards", onlyFiles({"pytorch_model-00001-of-00002.bin"}), {"PyTorch", "save_pretrained"}},
        {"PyTorch, .pt", onlyFiles({"model.pt"}), {"model.pt", "PyTorch", "safetensors"}},
        {"PyTorch, Meta's", noModel({"consolidated.00.pth", "params.json"}), {"publisher's own layout", "-hf"}},
        {"PyTorch, distributed", onlyFiles({"__0_0.distcp", ".metadata"}), {"distributed", "merge-weights"}},
        {"DeepSpeed", noModel({"zero_to_fp32.py", "latest", "global_step10/"}), {"DeepSpeed", "zero_to_fp32.py"}},
        {"Megatron", noModel({"latest_checkpointed_iteration.txt"}), {"Megatron", "convert"}},
        {"NeMo", noModel({"model.nemo"}), {"NeMo", "export"}},
        {"pickle", onlyFiles({"weights.pkl"}), {"pickle", "convert"}},
        {"training_args.bin alone", onlyFiles({"training_args.bin"}), {"no weights", "trainer"}},
        {"optimizer.pt alone", onlyFiles({"optimizer.pt", "scheduler.pt", "rng_state.pth"}), {"no weights", "trainer"}},
        {"GGML", noModel({"ggml-model-q4_0.bin"}), {"GGML", "GGUF or safetensors"}},
        {"a GGUF file that is none", onlyFiles({"model-Q4_K_M.gguf"}), {"no GGUF file", "expected one"}},
        {"llamafile", noModel({"model.llamafile"}), {"llamafile", "GGUF"}},
        {"Ollama", noModel({"Modelfile"}), {"Ollama", "GGUF"}},
        {"ONNX", onlyFiles({"model.onnx", "model.onnx_data"}), {"ONNX", "made from"}},
        {"ONNX in its folder", onlyFiles({"onnx/"}), {"ONNX", "made from"}},
        {"TensorFlow", onlyFiles({"tf_model.h5"}), {"TensorFlow", "convert"}},
        {"TensorFlow, SavedModel", noModel({"saved_model.pb", "variables/"}), {"TensorFlow", "convert"}},
        {"Keras", noModel({"model.keras"}), {"Keras", "convert"}},
        {"LiteRT", noModel({"model.tflite"}), {"LiteRT", "made from"}},
        {"Flax", onlyFiles({"flax_model.msgpack"}), {"Flax", "convert"}},
        {"Orbax", noModel({"_CHECKPOINT_METADATA"}), {"Orbax", "convert"}},
        {"TensorRT", noModel({"rank0.engine"}), {"TensorRT", "made from"}},
        {"TensorRT-LLM",
         inTurn(
             {withFile("config.json", R"({"architecture": "QWenForCausalLM"})"), renamedWeights("rank0.safetensors")}),
         {"TensorRT-LLM", "made from"}},
        {"OpenVINO", onlyFiles({"openvino_model.xml", "openvino_model.bin"}), {"OpenVINO", "made from"}},
        {"Core ML", noModel({"model.mlpackage/"}), {"Core ML", "made from"}},
        {"NumPy", noModel({"weights.npz"}), {"NumPy", "convert"}},
        {"MLC", noModel({"mlc-chat-config.json", "params_shard_0.bin"}), {"MLC", "made from"}},
        {"CTranslate2",
         inTurn({withFile("config.json", "{}"), onlyFiles({"model.bin", "shared_vocabulary.json"})}),
         {"CTranslate2", "made from"}},
        {"ExecuTorch", noModel({"model.pte"}), {"ExecuTorch", "made from"}},
        {"MNN", noModel({"llm.mnn"}), {"MNN", "made from"}},
        {"RKLLM", noModel({"model.rkllm"}), {"RKLLM", "made from"}},
        {"PaddlePaddle", noModel({"model_state.pdparams"}), {"PaddlePaddle", "-hf"}},
        {"diffusers", noModel({"model_index.json", "unet/"}), {"diffusers", "answers in words"}},
        {"sentence-transformers", noModel({"modules.json", "1_Pooling/"}), {"embeddings", "answers in words"}},
        {"sentence-transformers with a config.json", withFile("modules.json"), {"embeddings", "answers in words"}},
        {"Mistral's layout", noModel({"consolidated.safetensors", "params.json"}), {"own layout", "-hf"}},
        {"an adapter", noModel({"adapter_config.json", "adapter_model.safetensors"}), {"adapter", "--adapter"}},
        {"an adapter with training_args.bin",
         noModel({"adapter_config.json", "training_args.bin"}),
         {"adapter", "--adapter"}},
        {"an adapter with a config.json",
         onlyFiles({"adapter_config.json", "adapter_model.bin"}),
         {"adapter", "--adapter"}},
        {"an adapter without its config", noModel({"adapter_model.safetensors"}), {"adapter", "adapter_config.json"}},
        {"LLaVA's layout", editJson("config.json", {{"model_type", "llava_llama"}}), {"LLaVA", "llava-1.5-7b-hf"}},
        {"InternVL's layout", editJson("config.json", {{"model_type", "internvl_chat"}}), {"original layout", "-hf"}},
        {"Qwen2-VL", editJson("config.json", {{"model_type", "qwen2_vl"}}), {"qwen2_vl", "expected one of"}},
        {"no model type", editJson("config.json", {{"model_type", nullptr}}), {"model_type", "expected one of"}},
    };
}

std::vector<ForeignFolder> quantizers() {
    return {
        {"GPTQ in another layout",
         quantized({{"quant_method", "gptq"}, {"checkpoint_format", "bitblas"}}),
         {"checkpoint_format", "gptq_v2", "BF16"}},
        {"GPTQ for Marlin",
         quantized({{"bits", 4}, {"desc_act", false}, {"is_marlin_format", true}}),
         {"is_marlin_format", "Marlin", "BF16"}},
        {"GPTQ with quantize_config.json alone",
         withFile("quantize_config.json", R"({"checkpoint_format": "qqq"})"),
         {"quantize_config.json", "checkpoint_format", "gptq_v2"}},
        {"AWQ in another layout",
         quantized({{"quant_method", "awq"}, {"version", "gemv"}}),
         {"version", "gemm", "BF16"}},
        {"AWQ with quant_config.json alone",
         withFile("quant_config.json", R"({"version": "gemv_fast"})"),
         {"quant_config.json", "version", "gemm"}},
        {"bitsandbytes, 4 bits", quantized({{"load_in_4bit", true}}), {"bitsandbytes", "dequantize()"}},
        {"bitsandbytes, 8 bits", quantized({{"load_in_8bit", true}}), {"bitsandbytes", "dequantize()"}},
        {"bitsandbytes by its tensors", part(".weight.absmax", "F32"), {"absmax", "bitsandbytes", "dequantize()"}},
        {"bitsandbytes, nf4", part(".weight.quant_state.bitsandbytes__nf4"), {"bitsandbytes", "dequantize()"}},
        {"bitsandbytes, SCB", part(".SCB", "F32"), {"bitsandbytes", "dequantize()"}},
        {"MLX",
         editJson("config.json", {{"quantization", {{"group_size", 64}, {"bits", 4}}},
                                  {"quantization_config", {{"group_size", 64}, {"bits", 4}}}}),
         {"MLX", "--dequantize"}},
        {"MLX by its tensors", inTurn({part(".scales", "F16"), part(".biases", "F16")}), {"MLX", "--dequantize"}},
        {"EXL2", method("exl2"), {"ExLlamaV2", "BF16"}},
        {"EXL2 by its tensors", part(".q_weight", "I32"), {"ExLlamaV2", "BF16"}},
        {"EXL3", method("exl3"), {"ExLlamaV3", "BF16"}},
        {"EXL3 by its tensors", part(".trellis", "I16"), {"ExLlamaV3", "BF16"}},
        {"HQQ", method("hqq"), {"HQQ", "dequantize()"}},
        {"HQQ by its tensors", part(".W_q"), {"HQQ", "dequantize()"}},
        {"AQLM", method("aqlm"), {"AQLM", "BF16"}},
        {"AQLM by its tensors", part(".codebooks", "F16"), {"AQLM", "BF16"}},
        {"quanto", method("quanto"), {"quanto", "dequantize()"}},
        {"quanto by its tensors", part(".weight._data", "I8"), {"quanto", "dequantize()"}},
        {"torchao", method("torchao"), {"torchao", "dequantize()"}},
        {"torchao by its tensors", part("._weight_qdata", "I8"), {"torchao", "dequantize()"}},
        {"ModelOpt",
         withFile("hf_quant_config.json", R"({"quantization": {"quant_algo": "NVFP4"}})"),
         {"ModelOpt", "NVFP4", "BF16"}},
        {"ModelOpt in config.json",
         quantized({{"quant_method", "modelopt"}, {"quant_algo", "FP8"}}),
         {"ModelOpt", "FP8", "BF16"}},
        {"ModelOpt by its tensors", part(".weight_scale_2", "F32"), {"ModelOpt", "BF16"}},
        {"SpQR", method("spqr"), {"SpQR", "BF16"}},
        {"EETQ", method("eetq"), {"EETQ", "BF16"}},
        {"VPTQ", method("vptq"), {"VPTQ", "BF16"}},
        {"HIGGS", method("higgs"), {"HIGGS", "dequantize()"}},
        {"AutoRound", method("auto-round"), {"AutoRound", "BF16"}},
        {"Quark", method("quark"), {"Quark", "BF16"}},
        {"BitNet", method("bitnet"), {"BitNet", "BF16"}},
        {"FBGEMM", method("fbgemm_fp8"), {"FBGEMM FP8", "BF16"}},
        {"NVFP4", method("nvfp4"), {"NVFP4", "BF16"}},
        {"MXFP4", method("mxfp4"), {"MXFP4", "dequantize()"}},
        {"a method of the future", method("zip9"), {"with zip9", "BF16"}},
        {"no method", quantized(json::object()), {"method not named", "BF16"}},
        {"quantization_config is a text", quantized("int4"), {"quantization_config", "object"}},
        {"in text_config",
         editJson("config.json", {{"text_config", {{"quantization_config", {{"quant_method", "hqq"}}}}}}),
         {"text_config: quantization_config", "HQQ"}},
        {"compressed-tensors, MXFP4",
         compressed({{"format", "mxfp4-pack-quantized"}}),
         {"mxfp4-pack-quantized", "nvfp4-pack-quantized", "BF16"}},
        {"compressed-tensors, a group of MXFP8",
         oneGroup({{"format", "mxfp8-quantized"}}),
         {"group_0.format", "mxfp8-quantized"}},
        {"compressed-tensors, sparse",
         compressed({{"sparsity_config", {{"format", "sparse-24-bitmask"}}}}),
         {"sparse-24-bitmask", "BF16"}},
        {"compressed-tensors, Marlin", compressed({{"format", "marlin-24"}}), {"marlin-24", "BF16"}},
        {"compressed-tensors, rotated",
         compressed({{"transform_config", {{"config_groups", {{"u", {{"type", "hadamard"}}}}}}}}),
         {"rotations", "BF16"}},
        {"fp8 of another kind", quantized({{"quant_method", "fp8"}, {"fmt", "e5m2"}}), {"fmt", "e4m3", "BF16"}},
        {"FP8 without scales",
         stored("model.language_model.layers.0.mlp.up_proj.weight", "F8_E4M3", {96, 256}),
         {"F8_E4M3", "without a scale", "BF16"}},
        {"ComfyUI", part(".scale_weight", "F32"), {"ComfyUI", "BF16"}},
    };
}

std::vector<ForeignFolder> brokenFiles() {
    return {
        {"config.json is a Git LFS pointer", withFile("config.json", kPointer), {"config.json", "git lfs pull"}},
        {"weights are a Git LFS pointer", weights(kPointer), {"model.safetensors", "git lfs pull"}},
        {"tokenizer.json is a Git LFS pointer", withFile("tokenizer.json", kPointer), {"tokenizer.json", "git lfs"}},
        {"an index is a Git LFS pointer", inTurn({sharded(2), withFile(kIndex, kPointer)}), {kIndex, "git lfs pull"}},
        {"generation_config.json is a Git LFS pointer",
         withFile("generation_config.json", kPointer),
         {"generation_config.json", "git lfs pull"}},
        {"config.json is a web page", withFile("config.json", "\n" + kPage), {"a web page", "download"}},
        {"weights are a web page", weights(kPage), {"a web page", "download"}},
        {"weights are a server's message", weights("Entry not found"), {"Entry not found", "download"}},
        {"config.json is a server's error",
         withFile("config.json", R"({"error":"Repository not found"})"),
         {"server's error", "download"}},
        {"weights are a zip archive", weights("PK\x03\x04 and so on"), {"zip archive", "save_pretrained"}},
        {"weights are a pickle", weights("\x80\x02}q"), {"pickle", "save_pretrained"}},
        {"weights are GGUF", weights("GGUF\x03"), {"GGUF", ".gguf"}},
        {"weights that were never filled", weights(std::string(4096, '\0')), {"zeros", "download"}},
        {"empty weights", weights(""), {"truncated", "download"}},
        {"truncated weights", cut("model.safetensors", 100'000), {"truncated", "download"}},
        {"empty config.json", withFile("config.json"), {"config.json", "not valid JSON"}},
        {"config.json with comments",
         withFile("config.json", "{\"model_type\": \"qwen3_vl\" // ours\n}"),
         {"config.json", "not valid JSON"}},
        {"config.json is a folder",
         inTurn({withoutFile("config.json"), onlyFiles({"config.json/"})}),
         {"config.json", "not a file"}},
        {"config.json in a circle of links", linked("config.json", "config.json"), {"config.json", "Too many levels"}},
        {"weights in a circle of links",
         linked("model.safetensors", "model.safetensors"),
         {"model.safetensors", "Too many levels"}},
        {"weights whose blob is lost", linked("model.safetensors", "../../blobs/0123"), {"blobs/0123", "download"}},
        {"an unfinished download", onlyFiles({"model.safetensors.incomplete"}), {"unfinished download", "again"}},
        {"an unfinished download of a browser",
         onlyFiles({"model.safetensors.crdownload"}),
         {"unfinished download", "again"}},
        {"an archive in the folder", noModel({"model.tar.gz"}), {"archive", "unpack"}},
        {"a shard too few",
         inTurn({sharded(3), withoutFile("model-00002-of-00003.safetensors")}),
         {"model-00002-of-00003.safetensors: missing shard", "download"}},
        {"a shard half there",
         inTurn({sharded(2), withoutFile("model-00002-of-00002.safetensors"),
                 withFile("model-00002-of-00002.safetensors.part")}),
         {"missing shard", ".part"}},
        {"a shard of an index too few",
         inTurn({sharded(2), withoutFile("model-00002-of-00002.safetensors"),
                 withFile(kIndex, R"({"weight_map": {"a": "model-00001-of-00002.safetensors",
                                                    "b": "model-00002-of-00002.safetensors"}})")}),
         {"model-00002-of-00002.safetensors: missing shard", kIndex}},
        {"shards of an index all lost",
         inTurn({onlyFiles({}), withFile(kIndex, R"({"weight_map": {"a": "a.safetensors", "b": "b.safetensors"}})")}),
         {"a.safetensors: missing shard", "1 more", "download"}},
        {"two sets of weights", twoNames, {"first.safetensors", "second.safetensors", "could both"}},
        {"no weights", onlyFiles({}), {"no weights", "model.safetensors"}},
        {"no config.json", withoutFile("config.json"), {"config.json: no such file", "tokenizer.json"}},
        {"tokenizer.model alone",
         inTurn({withoutFile("tokenizer.json"), withFile("tokenizer.model")}),
         {"tokenizer.json", "tokenizer.model", "use_fast"}},
        {"vocab.json and merges.txt alone",
         inTurn({withoutFile("tokenizer.json"), withFile("vocab.json", "{}"), withFile("merges.txt")}),
         {"tokenizer.json", "vocab.json", "use_fast"}},
        {"no tokenizer", withoutFile("tokenizer.json"), {"tokenizer.json: no such file", "base model"}},
    };
}

std::vector<ForeignFolder> places() {
    return {
        {"one level too high", above(1), {"\"model\"", "expected the folder of one model"}},
        {"a folder of checkpoints", above(4), {"checkpoint-100", "checkpoint-300", "one model"}},
        {"a hub cache", [](const fs::path& folder) { return hubCache(folder); }, {"Owner/Model", "one model"}},
        {"a model of a hub cache without a snapshot", lostSnapshot, {"Owner/Model", "snapshot", "download"}},
        {"config.json itself", opened(withFile("x"), "config.json"), {"config.json: a file", "give /"}},
        {"the weights themselves", opened(withFile("x"), "model.safetensors"), {"a file, expected the folder", "give"}},
        {"weights without a model", opened(withoutFile("config.json"), "model.safetensors"), {"no whole model"}},
        {"a PyTorch file", opened(onlyFiles({"pytorch_model.bin"}), "pytorch_model.bin"), {"PyTorch", "convert"}},
        {"an ONNX file", opened(onlyFiles({"model.onnx"}), "model.onnx"), {"ONNX", "made from"}},
        {"a tar archive by another name",
         opened(withFile("model", std::string(257, 'x') + "ustar"), "model"),
         {"tar archive", "unpack"}},
        {"a zip archive", opened(withFile("model.zip", "PK\x03\x04"), "model.zip"), {"an archive", "unpack"}},
        {"a tar archive",
         opened(withFile("model.tar", std::string(257, 'x') + "ustar"), "model.tar"),
         {"an archive", "unpack"}},
        {"nowhere", opened(withFile("x"), "y"), {"no such model folder"}},
        {"a link that leads nowhere", opened(linked("here", "nowhere"), "here"), {"nowhere", "download"}},
    };
}

std::vector<ForeignFolder> tensors() {
    return {
        {"a beginning of all names",
         renamedTensors([](const std::string& name) { return "foo." + name; }),
         {"all 145 tensors begin with \"foo.", kWords, "save_pretrained"}},
        {"an unmerged adapter", part(".base_layer.weight", "F32"), {"base_layer", "merge_and_unload", "--adapter"}},
        {"an adapter's matrices", part(".lora_A.default.weight", "F32"), {"lora_A", "merge_and_unload"}},
        {"no vision encoder", without("model.visual."), {"language model alone", "whole model"}},
        {"no language model", without("model.language_model."), {kWords, "whole model"}},
        {"LLaVA's names",
         inTurn({renamed("model.language_model.embed_tokens", "model.mm_projector.0")}),
         {"mm_projector", "LLaVA", "-hf"}},
        {"InternVL's names", inTurn({renamed("model.visual.patch_embed", "mlp1.0")}), {"InternVL", "-hf"}},
        {"Mistral's names", renamed("model.language_model.embed_tokens", "tok_embeddings"), {"Mistral", "-hf"}},
        {"other names", renamed("model.language_model.embed_tokens", "wte"), {kWords, "language model too"}},
        {"two models in one file",
         inTurn({renamed("model.language_model.norm", "language_model.model.norm"),
                 withTensor("module.model.language_model.norm.weight", "F32"),
                 renamed("model.language_model.layers.0.input_layernorm", "module.layers.0.input_layernorm"),
                 withTensor("language_model.layers.0.input_layernorm.weight", "F32")}),
         {"could both be", "one model"}},
        {"another vocabulary",
         editJson("config.json", {{"text_config", {{"vocab_size", 600}}}}),
         {kWords, "[512, 64]", "[600, 64]", "vocab_size", "two saves"}},
        {"a layer too few",
         editJson("config.json", {{"text_config", {{"num_hidden_layers", 5}}}}),
         {"layers.4.input_layernorm.weight is missing", "5 layers", "config.json"}},
        {"a layer of the encoder too few",
         without("model.visual.blocks.2."),
         {"model.visual.blocks.2.norm1.weight is missing", "download"}},
        {"a tensor twice", twice, {"second.safetensors", "is also in", "once"}},
        {"overlapping tensors",
         editHeader([](json& header) {
             header["model.language_model.norm.weight"]["data_offsets"] = {128, 384};
         }),
         {"overlap"}},
        {"an unknown type of numbers", stored("model.language_model.norm.weight", "Q42", {64}), {"Q42", "unknown"}},
        {"four bits of another size", stored("model.language_model.norm.weight", "F4", {64}), {"F4", "expected 32"}},
    };
}

} // namespace

const std::vector<ForeignFolder>& foreignFolders() {
    static const std::vector<ForeignFolder> list = [] {
        std::vector<ForeignFolder> all;
        for (const auto& some : {otherPrograms(), quantizers(), brokenFiles(), places(), tensors()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return list;
}

} // namespace prunescope::test
