#include "model/files/foreign_tensors.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/files/quantization.h"

#include <array>
#include <filesystem>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

/// A part of a name that only one way of saving has; at the end of the name, or anywhere where it ends with a point.
struct Mark {
    std::string_view text;
    std::string_view method; ///< of `quantizationNamed`; empty: an adapter
};

/// The first that fits: the later ones occur beside earlier ones too.
constexpr std::array kMarks{
    Mark{".base_layer.", ""},
    Mark{".lora_A.", ""},
    Mark{".lora_B.", ""},
    Mark{".lora_embedding_A", ""},
    Mark{".lora_magnitude_vector.", ""},
    Mark{".modules_to_save.", ""},
    Mark{".qweight", "gptq"},
    Mark{".q_weight", "exl2"},
    Mark{".trellis", "exl3"},
    Mark{".quant_state.", "bitsandbytes"},
    Mark{".absmax", "bitsandbytes"},
    Mark{".SCB", "bitsandbytes"},
    Mark{".W_q", "hqq"},
    Mark{".codebooks", "aqlm"},
    Mark{".centroids.", "vptq"},
    Mark{".dense_weights", "spqr"},
    Mark{"._data", "quanto"},
    Mark{"_weight_qdata", "torchao"},
    Mark{".weight_scale_2", "modelopt"},
    Mark{".weights_scaling_factor", "tensorrt_llm"},
    Mark{"_proj_blocks", "mxfp4"},
    Mark{".weight_scales", "eetq"},
    Mark{".scale_weight", "comfyui"},
    Mark{".biases", "mlx"},
};

bool has(std::string_view name, std::string_view text) {
    return text.ends_with('.') ? name.find(text) != std::string_view::npos : name.ends_with(text);
}

/// GPTQ and AWQ call the parts of a matrix alike.
std::string_view methodOf(const Mark& mark, const std::string& folder) {
    std::error_code ignored;
    const bool awq = mark.method == "gptq" && fs::exists(folder + "/quant_config.json", ignored);
    return awq ? "awq" : mark.method;
}

[[noreturn]] void refuse(const Mark& mark, const std::string& folder, const std::string& where) {
    if (mark.method.empty())
        throw Error(ErrorKind::Unsupported,
                    where + ": an adapter (peft) was saved unmerged inside the model, expected plain weights: call "
                            "merge_and_unload() before save_pretrained(), or save the adapter alone and give it as "
                            "--adapter beside its base model");
    const ForeignQuantization& found = quantizationNamed(methodOf(mark, folder));
    throw Error(ErrorKind::Unsupported, where + ": " + quantizedText(found) + ": " + std::string(found.way));
}

void refuseName(const std::string& name, const std::string& folder, const std::string& path) {
    for (const Mark& mark : kMarks)
        if (has(name, mark.text))
            refuse(mark, folder, path + ": " + inQuotes(name));
}

bool isScaled(const WeightFiles& files, const std::string& name) {
    for (const auto& file : files)
        for (const char* ending : {"_scale", "_scale_inv"})
            if (file->find(name + ending))
                return true;
    return false;
}

void refuseUnscaled(const std::string& name, const StoredTensor& tensor, const WeightFiles& files,
                    const std::string& path) {
    if (!tensor.dtype.starts_with("F8_E4M3") || !name.ends_with(".weight") || isScaled(files, name))
        return;
    throw Error(ErrorKind::Unsupported, path + ": " + inQuotes(name) + " is stored as " + tensor.dtype +
                                            " without a scale, expected " + inQuotes(name + "_scale") +
                                            " beside it: take the model's FP8 folder of its publisher, or a BF16 one");
}

} // namespace

void refuseForeignTensors(const std::string& folder, const WeightFiles& files) {
    for (const auto& file : files)
        for (const auto& [name, tensor] : file->tensors()) {
            refuseName(name, folder, file->path());
            refuseUnscaled(name, tensor, files, file->path());
        }
}

} // namespace prunescope::model
