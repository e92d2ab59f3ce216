#pragma once

#include "model/files/tensor_names.h"

namespace prunescope::model {

/// How the numbers of a weight are stored.
enum class Coding {
    Plain,     ///< F32, BF16 or F16
    Fp8,       ///< F8_E4M3 times a scale for each row or block
    Int8,      ///< I8 times a scale for each row, or row and group of columns
    Bits,      ///< compressed-tensors' pack-quantized: whole numbers below 2^bits, 32 of them in `bits` I32
    Awq,       ///< AWQ's: four bits, columns of eight rows in a word
    Gptq,      ///< GPTQ's: as Bits, but packed along the columns of the transposed matrix
    Fp4,       ///< NVFP4: four bits with F8_E4M3 scales, over one factor
    GgufBlock, ///< a block format of GGUF, which its dtype names
};

/// A weight with all that its numbers are made of.
struct StoredWeight {
    Coding coding = Coding::Plain;
    std::string where;               ///< file and name, for messages
    std::vector<std::int64_t> shape; ///< of the weight, whatever the shapes of its parts
    TensorPlace data;
    TensorPlace scales; ///< [1], [rows, 1], [rows, groups] or [row blocks, column blocks]; not of Plain and GgufBlock
    TensorPlace zeros;  ///< of Awq and Gptq, and of Bits where they are not symmetric: packed along the rows
    TensorPlace groups; ///< of Bits and Gptq where columns are not in the order of their groups: [cols]
    TensorPlace factor; ///< of Fp4: [1]
    int bits = 0;       ///< of Bits, Awq and Gptq
    int zeroOffset = 0; ///< what has to be added to zeros as they are stored

    explicit operator bool() const { return static_cast<bool>(data); }
    std::int64_t rows() const { return shape.empty() ? 1 : shape.front(); }
    std::int64_t cols() const { return rows() > 0 ? values() / rows() : 0; }
    std::int64_t values() const; ///< numbers it holds
    /// Of all parts, as stored.
    std::int64_t bytes() const;
};

/// What config.json says of how weights are stored that can't be seen in the tensors themselves.
struct StorageRules {
    int gptqZeroOffset = 1; ///< GPTQ stores zeros less one, its second version ("gptq_v2") as they are
};

/// The weights of a model by their released names, whatever they are called and however their numbers are stored
/// (compressed-tensors 0.19, the fp8 of transformers, AWQ, GPTQ, blocks of GGUF). Any thread.
class Checkpoint {
public:
    /// `path` is what people know the model by.
    Checkpoint(std::string path, WeightFiles files, StorageRules rules = {});

    const std::string& path() const { return m_path; }
    const WeightFiles& files() const { return m_names.files(); }
    bool has(const std::string& name) const { return static_cast<bool>(mainPart(name)); }
    /// An empty weight where there is none. Throws Error(BadFile) where a part is missing or parts do not fit together.
    StoredWeight find(const std::string& name) const;
    /// Name of a weight in messages, also of one that is missing.
    std::string where(const std::string& name) const;

private:
    TensorPlace mainPart(const std::string& name) const;
    TensorPlace part(const std::string& name, const char* ending) const;
    TensorPlace requiredPart(const StoredWeight& weight, const std::string& name, const char* ending) const;
    void findParts(const std::string& name, StoredWeight& weight) const;
    void findBits(const std::string& name, StoredWeight& weight) const;
    void findWords(const std::string& module, StoredWeight& weight) const;

    std::string m_path;
    TensorNames m_names;
    StorageRules m_rules;
};

/// What the weights are stored in, for people: "bf16", "fp8", "q4_k, q6_k"; formats with a hundredth of all bytes, the
/// most bytes first.
std::string storageText(const Checkpoint& checkpoint);

/// What becomes of the weights that are not plain when they are loaded, for people: "kept as stored" (FP8, INT8, NVFP4,
/// blocks of GGUF), "repacked without loss" (the words of compressed-tensors, AWQ and GPTQ), "widened" (words whose
/// columns are not in the order of their groups, or that have 8 bits with zero points). Empty where all are plain.
std::string keepingText(const Checkpoint& checkpoint);

/// Whether some are stored in fewer than 16 bits.
bool isQuantized(const Checkpoint& checkpoint);

} // namespace prunescope::model
