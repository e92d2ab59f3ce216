#pragma once

#include "model/files/weight_file.h"

namespace prunescope::model {

/// A tensor and the file that it is in.
struct TensorPlace {
    std::shared_ptr<const WeightFile> file;
    const StoredTensor* tensor = nullptr;

    explicit operator bool() const { return tensor != nullptr; }
};

/// Finds tensors by their released names, under whatever beginning the program that saved them gave them (qwen3-vl
/// spec 2.4). Any thread.
class TensorNames {
public:
    explicit TensorNames(WeightFiles files) : m_files(std::move(files)) {}

    const WeightFiles& files() const { return m_files; }
    /// The released name first, then the same tensor under other beginnings.
    TensorPlace find(const std::string& name) const;

private:
    TensorPlace findExactly(const std::string& name) const;

    WeightFiles m_files;
};

} // namespace prunescope::model
