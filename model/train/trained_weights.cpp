#include "model/train/trained_weights.h"

namespace prunescope::model::train {

WeightMatrix TrainedWeights::matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                                    std::int64_t parts) {
    if (kind == MatrixKind::Table)
        return get(name, {rows, cols});
    return m_parameters.addMatrix(name, m_from.get(name, {rows, cols}), parts);
}

} // namespace prunescope::model::train
