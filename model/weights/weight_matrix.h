#pragma once

#include "model/kernels/weight_types.h"

#include <ATen/ATen.h>
#include <memory>
#include <optional>
#include <string>

namespace prunescope::model {

/// A matrix [rows, cols] in one of the packed formats of weight_types.h, on any device.
struct PackedTensors {
    WeightType type = WeightType::Int8;
    at::Tensor data;        ///< [rows, bytes of a row]: kChar where the numbers are int8, else kByte
    at::Tensor scales = {}; ///< as MatrixView says, a row of it for `scaleRows` rows; undefined where there are none
    std::int64_t scaleRows = 1;
    std::int64_t scaleCols = 0;
    float factor = 1;

    std::int64_t rows() const { return data.size(0); }
    std::int64_t cols() const {
        const WeightTraits& traits = traitsOf(type);
        return data.size(1) / traits.blockBytes * traits.blockCols;
    }
    std::int64_t bytes() const {
        return static_cast<std::int64_t>(data.nbytes() + (scales.defined() ? scales.nbytes() : 0));
    }
    PackedTensors to(at::Device device) const;
};

/// `stored` [rows, cols] on the CPU, of any floating-point type, packed as `type` (Int8 or Int4) with all threads.
/// Throws Error(BadFile) that begins with `where` for numbers that are no weights.
PackedTensors pack(const at::Tensor& stored, WeightType type, const std::string& where);

/// Whether all that the numbers are made of is finite; on the CPU, with all threads.
bool isFinite(const PackedTensors& packed);

/// Whether `unpack` knows a format on every device; others only on the CPU.
bool unpacksEverywhere(WeightType type);

/// The numbers [rows, cols] that `packed` stands for: on the CPU with all threads, elsewhere by LibTorch's operations.
at::Tensor unpack(const PackedTensors& packed, at::ScalarType dtype);

/// The same by LibTorch's operations alone, in float32, for the formats of `unpacksEverywhere`.
at::Tensor unpackAnywhere(const PackedTensors& packed);

/// Memory of a network that unpacked rows are written into, one product after the other.
class UnpackScratch {
public:
    /// Uninitialised [rows, cols] on the CPU, valid until the next call.
    at::Tensor take(std::int64_t rows, std::int64_t cols, at::ScalarType dtype);

private:
    at::Tensor m_bytes;
};

/// The type of a native matrix's numbers; nothing where matrix_view.h has none.
std::optional<WeightType> weightType(at::ScalarType dtype);

/// A low-rank change of a matrix (LoRA, arXiv:2106.09685): W + scale * B A.
struct Adapter {
    at::Tensor a; ///< [rank, cols]
    at::Tensor b; ///< [rows, rank]
    double scale = 0;
};

/// A weight matrix [rows, cols]: a tensor in the type of the activations, with an adapter where one is trained, or
/// packed numbers. Cheap to copy; copies share the numbers. Not thread-safe where packed: matrices of a network share
/// the scratch memory of their products.
class WeightMatrix {
public:
    WeightMatrix() = default;
    WeightMatrix(at::Tensor native) : m_native(std::move(native)) {} // a tensor is a matrix: no explicit
    WeightMatrix(at::Tensor native, Adapter adapter) : m_native(std::move(native)), m_adapter(std::move(adapter)) {}
    /// `dtype` is that of the activations.
    WeightMatrix(PackedTensors packed, at::ScalarType dtype, std::shared_ptr<UnpackScratch> scratch)
        : m_packed(std::move(packed)), m_dtype(dtype), m_scratch(std::move(scratch)) {}

    bool isPacked() const { return m_packed.data.defined(); }
    /// Undefined where packed; without the adapter.
    const at::Tensor& native() const { return m_native; }
    /// Not of packed ones: the numbers with their gradient, adapter included.
    at::Tensor value() const {
        return m_adapter.a.defined() ? m_native + at::mm(m_adapter.b, m_adapter.a) * m_adapter.scale : m_native;
    }
    /// Whether its numbers or those of its adapter are trained.
    bool isTrained() const;
    /// False for native tensors that matrix_view.h can't describe.
    bool hasView() const;
    /// Valid while this or a copy lives.
    MatrixView view() const;
    std::int64_t bytes() const;

    /// The given rows [count, cols] in the type of the activations. `indices`: int64 on the matrix's device.
    at::Tensor rows(const at::Tensor& indices) const;
    /// x W^T + bias: x is [..., cols], the result [..., rows]; `bias` [rows] may be undefined.
    at::Tensor product(const at::Tensor& x, const at::Tensor& bias) const;

private:
    at::Tensor unpackedRows(std::int64_t first, std::int64_t count) const;

    at::Tensor m_native;
    Adapter m_adapter; ///< undefined: none
    PackedTensors m_packed;
    at::ScalarType m_dtype = at::kFloat;
    std::shared_ptr<UnpackScratch> m_scratch;
};

} // namespace prunescope::model
