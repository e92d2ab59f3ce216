#pragma once

#include "model/files/weight_file.h"

#include <unordered_map>

namespace prunescope::model {

/// A tensor and the file that it is in.
struct TensorPlace {
    std::shared_ptr<const WeightFile> file;
    const StoredTensor* tensor = nullptr;
    std::string_view name; ///< as stored; lives as long as the file

    explicit operator bool() const { return tensor != nullptr; }
};

/// Finds tensors by their released names, under whatever beginning the program that saved them gave them (qwen3-vl
/// spec 2.4): a name is a part of the model (vision, projector, language, head) and what follows, and the beginning
/// only says which part. Any thread.
class TensorNames {
public:
    explicit TensorNames(WeightFiles files);

    const WeightFiles& files() const { return m_files; }
    /// The name as it is first, then the tensor that is the same part of the model. Throws Error(BadFile) where several
    /// are.
    TensorPlace find(const std::string& name) const;

private:
    TensorPlace findExactly(const std::string& name) const;

    WeightFiles m_files;
    std::unordered_map<std::string, std::vector<TensorPlace>> m_places; ///< by part and rest of the name
};

/// The part of a model that a tensor is of, and the rest of its name: "model.visual.blocks.0.norm1.bias" ->
/// "vision:blocks.0.norm1.bias". Parts are vision, projector, language and head; what names none is of the language.
std::string partName(std::string_view name);

/// The name that the newest transformers give to a weight or module, whatever it is called:
/// "language_model.model.layers.0" -> "model.language_model.layers.0".
std::string canonicalName(std::string_view name);

} // namespace prunescope::model
