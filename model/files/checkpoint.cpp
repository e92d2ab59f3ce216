#include "model/files/checkpoint.h"

namespace prunescope::model {

std::int64_t StoredWeight::bytes() const {
    std::int64_t sum = 0;
    for (const TensorPlace* part : {&data, &scales, &zeros, &factor})
        if (*part)
            sum += static_cast<std::int64_t>(part->tensor->bytes.size());
    return sum;
}

Checkpoint::Checkpoint(std::string path, WeightFiles files) : m_path(std::move(path)), m_names(std::move(files)) {}

bool Checkpoint::has(const std::string& name) const {
    return static_cast<bool>(m_names.find(name));
}

StoredWeight Checkpoint::find(const std::string& name) const {
    StoredWeight weight;
    weight.data = m_names.find(name);
    weight.where = where(name);
    if (weight.data)
        weight.shape = weight.data.tensor->shape;
    return weight;
}

std::string Checkpoint::where(const std::string& name) const {
    const TensorPlace place = m_names.find(name);
    return (place ? place.file : files().front())->path() + ": " + name;
}

} // namespace prunescope::model
