#pragma once

#include "model/files/checkpoint.h"
#include "model/values/load_options.h"
#include "model/values/weight_format.h"
#include "model/weights/weight_change.h"
#include "model/weights/weight_matrix.h"

#include <ATen/ATen.h>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace prunescope::model {

/// Kind of a matrix: decides below how many bits it is not packed, and by which rule it is trained.
enum class MatrixKind {
    Table,      ///< rows that are looked up, or the head: 8 bits
    Fine,       ///< of the vision encoder: 8 bits
    Projection, ///< of the language layers: 4 bits
};

/// Device, dtype and format that a network's weights are loaded to.
struct WeightTarget {
    at::Device device = at::kCPU;
    at::ScalarType dtype = at::kFloat; ///< of activations, and of weights that are not packed
    WeightFormat format = WeightFormat::Native;
};

/// What a source has given so far.
struct WeightTotals {
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;
    std::int64_t mappedBytes = 0; ///< of these, pages of the files
    bool hasPacked = false;
};

/// Source of a network's weights: a folder, or random numbers of the right shapes. Matrices are packed one by
/// one, as they are asked for.
class WeightSource {
public:
    explicit WeightSource(const WeightTarget& target)
        : m_target(target), m_scratch(std::make_shared<UnpackScratch>()) {}
    virtual ~WeightSource() = default;
    /// A tensor of exactly `shape` on the target device and in the target dtype. Throws Error(BadFile) that names the
    /// tensor, what was found and what was expected; Error(Cancelled) when stopped.
    virtual at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
    virtual bool has(const std::string& name) const = 0;
    /// A matrix [rows, cols] on the target device, packed where the target's format says so. Throws as `get`, and
    /// Error(BadFile) where numbers to be packed are not finite.
    /// `parts`: matrices that stand one below the other in it (qkv: 3).
    virtual WeightMatrix matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                                std::int64_t parts = 1);
    /// Whether what it gives is to be trained: then layers keep it as it is.
    virtual bool trains() const { return false; }
    /// A tensor in float32, whatever the target's dtype is. Throws as `get`.
    virtual at::Tensor wide(const std::string& name, const std::vector<std::int64_t>& shape);

    /// Says that a layer holds the numbers of a matrix in memory of its own from now on, as `now`.
    virtual void moved([[maybe_unused]] const std::string& name, [[maybe_unused]] const WeightMatrix& now) {}

    /// Whether matrices are to be packed.
    bool packs() const { return m_target.format != WeightFormat::Native; }
    /// Whether any that were asked for are.
    bool hasPacked() const { return m_totals.hasPacked; }
    std::int64_t parameters() const { return m_totals.parameters; }
    std::int64_t bytes() const { return m_totals.bytes; }
    std::int64_t mappedBytes() const { return m_totals.mappedBytes; }
    const WeightTotals& totals() const { return m_totals; }
    const WeightTarget& target() const { return m_target; }

protected:
    /// The tensor on the CPU as the source has it, of any floating-point type. Throws as `get`.
    virtual at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) = 0;
    /// Name of a tensor in messages.
    virtual std::string where(const std::string& name) const { return name; }
    /// `mapped`: its memory is that of a file.
    at::Tensor counted(at::Tensor tensor, bool mapped = false);
    /// `packed` on the target device, with the scratch of all matrices; it is on the CPU.
    WeightMatrix counted(const PackedTensors& packed, bool mapped = false);
    /// Int8 or Int4: what the target's format, if it packs, makes of a matrix.
    WeightType packedType(std::int64_t cols, MatrixKind kind) const;
    void setTotals(const WeightTotals& totals) { m_totals = totals; }

private:
    WeightTarget m_target;
    std::shared_ptr<UnpackScratch> m_scratch;
    WeightTotals m_totals;
};

/// The weights of a model as it lies on disk, with a change of them that can be exchanged.
class FolderWeights : public WeightSource {
public:
    using WeightSource::WeightSource;
    /// Applies another change to what is read from now on; nullptr: none.
    virtual void setChange(std::shared_ptr<const WeightChange> change, std::stop_token stop) = 0;
    virtual const std::shared_ptr<const WeightChange>& change() const = 0; ///< nullptr: none
};

/// The weights of a model as it lies on disk. On the CPU in the checkpoint's own dtype nothing is copied: tensors are
/// views of the mapped files. Matrices that are stored in a packed format stay as they are, where the target's format
/// does not want fewer bits. `change` is applied to what is read; such weights are kept in the target's dtype or
/// format.
std::unique_ptr<FolderWeights> folderWeights(const Checkpoint& checkpoint, const WeightTarget& target,
                                             LoadProgress progress, std::stop_token stop,
                                             std::shared_ptr<const WeightChange> change = nullptr);

/// Random weights: a model of a known shape for measurements. The same values on every run.
std::unique_ptr<WeightSource> randomWeights(const WeightTarget& target);

} // namespace prunescope::model
