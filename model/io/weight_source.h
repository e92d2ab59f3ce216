#pragma once

#include "model/engine.h"
#include "model/io/model_folder.h"

#include <ATen/ATen.h>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace prunescope::model {

/// Where a network takes its weights from: a folder, or random numbers of the right shapes.
class WeightSource {
public:
    virtual ~WeightSource() = default;
    /// A tensor of exactly `shape` on the target device and in the target dtype. Throws Error(BadFile) that names the
    /// tensor, what was found and what was expected; Error(Cancelled) when stopped.
    virtual at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
    virtual bool has(const std::string& name) const = 0;

    std::int64_t parameters() const { return m_parameters; }
    std::int64_t bytes() const { return m_bytes; }
    std::int64_t mappedBytes() const { return m_mappedBytes; } ///< of these, pages of the files

protected:
    at::Tensor counted(at::Tensor tensor, bool mapped = false);

private:
    std::int64_t m_parameters = 0;
    std::int64_t m_bytes = 0;
    std::int64_t m_mappedBytes = 0;
};

/// The weights of a model folder. On the CPU in the checkpoint's own dtype nothing is copied: tensors are views of the
/// mapped files.
std::unique_ptr<WeightSource> folderWeights(const ModelFolder& folder, at::Device device, at::ScalarType dtype,
                                            LoadProgress progress, std::stop_token stop);

/// Random weights: a model of a known shape for measurements. The same values on every run.
std::unique_ptr<WeightSource> randomWeights(at::Device device, at::ScalarType dtype);

} // namespace prunescope::model
