#pragma once

#include "model/train/parameters.h"
#include "model/weights/weight_source.h"

namespace prunescope::model::train {

/// The weights of another source as parameters in training: whoever asks for one registers it under its name, by the
/// rules of who is moved how. Both must outlive it.
class TrainedWeights final : public WeightSource {
public:
    TrainedWeights(WeightSource& from, ParameterSet& parameters)
        : WeightSource({parameters.device(), parameters.computeType(), WeightFormat::Native}), m_from(from),
          m_parameters(parameters) {}

    bool has(const std::string& name) const override { return m_from.has(name); }
    bool trains() const override { return true; }
    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return m_parameters.add(name, m_from.get(name, shape), Updater::Adam);
    }
    at::Tensor wide(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return m_parameters.addWide(name, m_from.get(name, shape), Updater::Adam);
    }
    WeightMatrix matrix(const std::string& name, std::int64_t rows, std::int64_t cols, MatrixKind kind,
                        std::int64_t parts) override;

protected:
    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return m_from.get(name, shape);
    }

private:
    WeightSource& m_from;
    ParameterSet& m_parameters;
};

} // namespace prunescope::model::train
