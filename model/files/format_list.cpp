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
    OtherFormat{"model_index.json", "a pipeline of diffusers, which makes pictures", kWords},
    OtherFormat{"modules.json", "a model of sentence-transformers for embeddings", kWords},
    OtherFormat{"config_sentence_transformers.json", "a model of sentence-transformers for embeddings", kWords},
    OtherFormat{"openvino_*", "weights of OpenVINO", kOriginal},
    OtherFormat{"mlc-chat-config.json", "weights of MLC", kOriginal},
    OtherFormat{"ndarray-cache.json", "weights of MLC", kOriginal},
    OtherFormat{"tensor-cache.json", "weights of MLC", kOriginal},
    OtherFormat{"Modelfile", "a Modelfile of Ollama", "give the GGUF file that it names"},
    OtherFormat{"shared_vocabulary*", "weights of CTranslate2", kOriginal},
    OtherFormat{"rank0.safetensors", "weights of TensorRT-LLM", kOriginal},
    OtherFormat{"*.engine", "weights of TensorRT", kOriginal},
    OtherFormat{"*.plan", "weights of TensorRT", kOriginal},
    OtherFormat{"*.trt", "weights of TensorRT", kOriginal},
    OtherFormat{"*.mlpackage", "weights of Core ML", kOriginal},
    OtherFormat{"*.mlmodelc", "weights of Core ML", kOriginal},
    OtherFormat{"*.mlmodel", "weights of Core ML", kOriginal},
    OtherFormat{"*.pte", "weights of ExecuTorch", kOriginal},
    OtherFormat{"*.tflite", "weights of LiteRT (TensorFlow Lite)", kOriginal},
    OtherFormat{"*.litertlm", "weights of LiteRT-LM", kOriginal},
    OtherFormat{"*.task", "weights of MediaPipe", kOriginal},
    OtherFormat{"*.mnn", "weights of MNN", kOriginal},
    OtherFormat{"*.rkllm", "weights of RKLLM", kOriginal},
    OtherFormat{"*.bmodel", "weights of Sophgo BModel", kOriginal},
    OtherFormat{"*.om", "weights of Ascend OM", kOriginal},
    OtherFormat{"*.llamafile", "weights of llamafile", "give its GGUF file itself"},
    OtherFormat{"*.nemo", "weights of NeMo", "export it with NeMo in the layout of Hugging Face"},
    OtherFormat{"*.pdparams", "weights of PaddlePaddle", kHf},
    OtherFormat{"*.dduf", "a pipeline of diffusers (DDUF)", kWords},
    OtherFormat{"saved_model.pb", "weights of TensorFlow", kConvert},
    OtherFormat{"*.keras", "weights of Keras", kConvert},
    OtherFormat{"*.h5", "weights of TensorFlow", kConvert},
    OtherFormat{"*.msgpack", "weights of Flax", kConvert},
    OtherFormat{"_CHECKPOINT_METADATA", "weights of Orbax (JAX)", kConvert},
    OtherFormat{"*.distcp", "weights of PyTorch (a distributed checkpoint)",
                "merge it with accelerate merge-weights, as safetensors"},
    OtherFormat{"zero_to_fp32.py", "weights of DeepSpeed (a ZeRO checkpoint)",
                "run its zero_to_fp32.py with --safe_serialization"},
    OtherFormat{"latest_checkpointed_iteration.txt", "weights of Megatron", "convert it to the layout of Hugging Face"},
    OtherFormat{"*.onnx", "weights of ONNX", kOriginal},
    OtherFormat{"onnx", "weights of ONNX", kOriginal},
    OtherFormat{"*.xml", "weights of OpenVINO", kOriginal},
    OtherFormat{"*.gguf", "weights of GGUF", kGguf},
    OtherFormat{"*.ggml", "weights of GGML", "take a GGUF or safetensors file of the model"},
    OtherFormat{"ggml-*", "weights of GGML", "take a GGUF or safetensors file of the model"},
    OtherFormat{"consolidated*", "weights in their publisher's own layout", kHf},
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
    OtherFormat{"*.npz", "weights of NumPy", kConvert},
    OtherFormat{"*.npy", "weights of NumPy", kConvert},
    OtherFormat{"*.pkl", "weights of a Python pickle", kConvert},
    OtherFormat{"*.bin", "weights of PyTorch", kConvert},
    OtherFormat{"*.pt", "weights of PyTorch", kConvert},
    OtherFormat{"*.pth", "weights of PyTorch", kConvert},
    OtherFormat{"*.ckpt", "weights of PyTorch", kConvert},
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
