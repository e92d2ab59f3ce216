#pragma once

#include "model/files/tensor_names.h"

#include <optional>

namespace prunescope::model {

/// How the numbers of a weight are stored.
enum class Coding {
    Plain,  ///< F32, BF16 or F16
    Fp8,    ///< F8_E4M3 times a scale for each row or block
    Int8,   ///< I8 times a scale for each row
    Int4,   ///< four bits: (q - zero) times a scale for each row and group of columns
    Fp4,    ///< NVFP4: four bits with F8_E4M3 scales and one factor
    Blocks, ///< a block format of GGUF, which its dtype names
};

/// A weight with all that its numbers are made of.
struct StoredWeight {
    Coding coding = Coding::Plain;
    std::string where;               ///< file and name, for messages
    std::vector<std::int64_t> shape; ///< of the weight, whatever the shapes of its parts
    TensorPlace data;
    TensorPlace scales; ///< [rows, 1], [rows, cols / group] or [rows / 128, cols / 128]; not of Plain and Blocks
    TensorPlace zeros;  ///< as `scales`, where it is not symmetric
    TensorPlace factor; ///< [1], of Fp4

    explicit operator bool() const { return static_cast<bool>(data); }
    /// Of all parts, as stored.
    std::int64_t bytes() const;
};

/// The weights of a model by their released names, whatever they are called and however their numbers are stored.
/// Any thread.
class Checkpoint {
public:
    /// `path` is what people know the model by. Throws Error(Unsupported) for a way of storing that can't be read.
    Checkpoint(std::string path, WeightFiles files);

    const std::string& path() const { return m_path; }
    const WeightFiles& files() const { return m_names.files(); }
    bool has(const std::string& name) const;
    /// Throws Error(BadFile) where a part is missing or does not fit; an empty weight where there is none.
    StoredWeight find(const std::string& name) const;
    /// Name of a weight in messages, also of one that is missing.
    std::string where(const std::string& name) const;

private:
    std::string m_path;
    TensorNames m_names;
};

} // namespace prunescope::model
