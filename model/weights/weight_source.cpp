#include "model/weights/weight_source.h"

namespace prunescope::model {

at::Tensor WeightSource::counted(at::Tensor tensor, bool mapped) {
    m_totals.parameters += tensor.numel();
    m_totals.bytes += static_cast<std::int64_t>(tensor.nbytes());
    m_totals.mappedBytes += mapped ? static_cast<std::int64_t>(tensor.nbytes()) : 0;
    return tensor;
}

at::Tensor WeightSource::wide(const std::string& name, const std::vector<std::int64_t>& shape) {
    return counted(stored(name, shape).to(m_target.device, at::kFloat));
}

WeightMatrix WeightSource::matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                                  std::int64_t) {
    if (!packs())
        return get(name, {rows, cols});
    return counted(pack(stored(name, {rows, cols}), packedType(cols, kind), where(name)));
}

WeightMatrix WeightSource::counted(const PackedTensors& packed, bool mapped) {
    m_totals.hasPacked = true;
    m_totals.parameters += packed.rows() * packed.cols();
    m_totals.bytes += packed.bytes();
    m_totals.mappedBytes += mapped && m_target.device.is_cpu() ? static_cast<std::int64_t>(packed.data.nbytes()) : 0;
    return {packed.to(m_target.device), m_target.dtype, m_scratch};
}

WeightType WeightSource::packedType(std::int64_t cols, MatrixKind kind) const {
    const bool bears = kind == MatrixKind::Projection && cols % kInt4Group == 0;
    return m_target.format == WeightFormat::Int4 && bears ? WeightType::Int4 : WeightType::Int8;
}

} // namespace prunescope::model
