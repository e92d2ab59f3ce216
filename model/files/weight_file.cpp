#include "model/files/weight_file.h"

#include "core/base/format.h"

#include <functional>
#include <numeric>

namespace prunescope::model {

std::int64_t StoredTensor::values() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

const StoredTensor* WeightFile::find(std::string_view name) const {
    const auto it = m_tensors.find(name);
    return it == m_tensors.end() ? nullptr : &it->second;
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::vector<std::string> sides;
    for (const std::int64_t side : shape)
        sides.push_back(std::to_string(side));
    return "[" + join(sides) + "]";
}

} // namespace prunescope::model
