#include "model/files/format_list.h"

#include <array>

namespace prunescope::model {

namespace {

constexpr std::string_view kConvert = "convert them to safetensors in BF16, F16 or F32 (load with transformers, then "
                                      "save_pretrained)";
constexpr std::string_view kOriginal = "take the folder that this was made from";
constexpr std::string_view kHf = "take the model in the layout of transformers (often called -hf)";
constexpr std::string_view kFinish = "download the model again";
constexpr std::string_view kUnpack = "unpack it and give the folder";
constexpr std::string_view kGguf = "give the .gguf file itself, in a folder without config.json";
constexpr std::string_view kWords = "take a model that answers in words";

constexpr std::array kFormats{
    // Whole folders of other programs.
    OtherFormat{"model_index.json", "diffusers (a pipeline that makes pictures)", kWords, false},
    OtherFormat{"modules.json", "sentence-transformers (a model for embeddings)", kWords, false},
    OtherFormat{"config_sentence_transformers.json", "sentence-transformers (a model for embeddings)", kWords, false},
    OtherFormat{"openvino_*", "OpenVINO", kOriginal},
    OtherFormat{"mlc-chat-config.json", "MLC", kOriginal},
    OtherFormat{"ndarray-cache.json", "MLC", kOriginal},
    OtherFormat{"tensor-cache.json", "MLC", kOriginal},
    OtherFormat{"Modelfile", "Ollama (a Modelfile)", "give the GGUF file that it names"},
    OtherFormat{"shared_vocabulary*", "CTranslate2", kOriginal},
    OtherFormat{"rank0.safetensors", "TensorRT-LLM", kOriginal},
    OtherFormat{"*.engine", "TensorRT", kOriginal},
    OtherFormat{"*.plan", "TensorRT", kOriginal},
    OtherFormat{"*.trt", "TensorRT", kOriginal},
    OtherFormat{"*.mlpackage", "Core ML", kOriginal},
    OtherFormat{"*.mlmodelc", "Core ML", kOriginal},
    OtherFormat{"*.mlmodel", "Core ML", kOriginal},
    OtherFormat{"*.pte", "ExecuTorch", kOriginal},
    OtherFormat{"*.tflite", "LiteRT (TensorFlow Lite)", kOriginal},
    OtherFormat{"*.litertlm", "LiteRT-LM", kOriginal},
    OtherFormat{"*.task", "MediaPipe", kOriginal},
    OtherFormat{"*.mnn", "MNN", kOriginal},
    OtherFormat{"*.rkllm", "RKLLM", kOriginal},
    OtherFormat{"*.bmodel", "Sophgo BModel", kOriginal},
    OtherFormat{"*.om", "Ascend OM", kOriginal},
    OtherFormat{"*.llamafile", "llamafile", "give its GGUF file itself"},
    OtherFormat{"*.nemo", "NeMo", "export it with NeMo in the layout of Hugging Face"},
    OtherFormat{"*.pdparams", "PaddlePaddle", kHf},
    OtherFormat{"*.dduf", "DDUF (a pipeline that makes pictures)", kWords},
    OtherFormat{"saved_model.pb", "TensorFlow", kConvert},
    OtherFormat{"*.keras", "Keras", kConvert},
    OtherFormat{"*.h5", "TensorFlow", kConvert},
    OtherFormat{"*.msgpack", "Flax", kConvert},
    OtherFormat{"_CHECKPOINT_METADATA", "Orbax (JAX)", kConvert},
    OtherFormat{"*.distcp", "PyTorch (a distributed checkpoint)",
                "merge it with accelerate merge-weights, as safetensors"},
    OtherFormat{"zero_to_fp32.py", "DeepSpeed (a ZeRO checkpoint)",
                "run its zero_to_fp32.py with --safe_serialization"},
    OtherFormat{"latest_checkpointed_iteration.txt", "Megatron", "convert it to the layout of Hugging Face"},
    OtherFormat{"*.onnx", "ONNX", kOriginal},
    OtherFormat{"onnx", "ONNX", kOriginal, false},
    OtherFormat{"*.xml", "OpenVINO", kOriginal},
    OtherFormat{"*.gguf", "GGUF", kGguf},
    OtherFormat{"*.ggml", "GGML", "take a GGUF or safetensors file of the model"},
    OtherFormat{"ggml-*", "GGML", "take a GGUF or safetensors file of the model"},
    OtherFormat{"consolidated*", "the model's publisher's own layout (consolidated)", kHf},
    OtherFormat{"adapter_model*", "an adapter (LoRA)", "download it again with its adapter_config.json"},
    OtherFormat{"pytorch_lora*", "an adapter (LoRA) of diffusers", kWords},
    OtherFormat{"lora*.safetensors", "an adapter (LoRA)", "take one that was saved with peft (adapter_config.json)"},
    // Downloads that have not ended.
    OtherFormat{"*.incomplete", "an unfinished download", kFinish},
    OtherFormat{"*.crdownload", "an unfinished download", kFinish},
    OtherFormat{"*.part", "an unfinished download", kFinish},
    OtherFormat{"*.download", "an unfinished download", kFinish},
    OtherFormat{"*.aria2", "an unfinished download", kFinish},
    OtherFormat{"*.zip", "an archive", kUnpack},
    OtherFormat{"*.tar", "an archive", kUnpack},
    OtherFormat{"*.tar.gz", "an archive", kUnpack},
    OtherFormat{"*.tgz", "an archive", kUnpack},
    OtherFormat{"*.7z", "an archive", kUnpack},
    // Plain weights.
    OtherFormat{"*.npz", "NumPy", kConvert},
    OtherFormat{"*.npy", "NumPy", kConvert},
    OtherFormat{"*.pkl", "a Python pickle", kConvert},
    OtherFormat{"*.bin", "PyTorch", kConvert},
    OtherFormat{"*.pt", "PyTorch", kConvert},
    OtherFormat{"*.pth", "PyTorch", kConvert},
    OtherFormat{"*.ckpt", "PyTorch", kConvert},
};

} // namespace

std::span<const OtherFormat> otherFormats() {
    return kFormats;
}

bool isNamed(std::string_view file, const OtherFormat& format) {
    if (format.name.starts_with('*'))
        return file.ends_with(format.name.substr(1));
    if (format.name.ends_with('*'))
        return file.starts_with(format.name.substr(0, format.name.size() - 1));
    const std::size_t star = format.name.find('*');
    return star == std::string_view::npos
               ? file == format.name
               : file.starts_with(format.name.substr(0, star)) && file.ends_with(format.name.substr(star + 1));
}

} // namespace prunescope::model
