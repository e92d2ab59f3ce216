#include "model/weights/weight_source.h"

#include <ATen/CPUGeneratorImpl.h>
#include <cmath>

namespace prunescope::model {

namespace {

/// Repeats one block of random numbers: drawing two billion of them would take longer than the measurement.
class RandomWeights final : public WeightSource {
public:
    explicit RandomWeights(const WeightTarget& target) : WeightSource(target) {
        const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(42);
        m_block = at::randn({kBlock}, generator, at::kFloat);
    }

    bool has(const std::string& name) const override { return name != "lm_head.weight"; }

    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return counted(make(name, shape, target().device));
    }

protected:
    /// Rounded as the native weights are: packed ones are compared with them.
    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return make(name, shape, at::kCPU);
    }

private:
    at::Tensor make(const std::string& name, const std::vector<std::int64_t>& shape, at::Device device) const {
        const auto options = at::TensorOptions(device).dtype(target().dtype);
        const bool norm = name.find("norm") != std::string::npos && name.ends_with("weight");
        if (norm)
            return at::ones(shape, options);
        std::int64_t fanIn = 1;
        for (std::size_t i = 1; i < shape.size(); ++i)
            fanIn *= shape[i];
        const double scale = shape.size() < 2 ? 0.02 : 1.0 / std::sqrt(static_cast<double>(fanIn));
        const at::Tensor block = (m_block * scale).to(options);
        at::Tensor flat = at::empty({numel(shape)}, options);
        for (std::int64_t at = 0; at < flat.numel(); at += kBlock) {
            const std::int64_t count = std::min(kBlock, flat.numel() - at);
            flat.narrow(0, at, count).copy_(block.narrow(0, 0, count));
        }
        return flat.view(shape);
    }

    // Odd, so that rows of the usual widths do not repeat in step.
    static constexpr std::int64_t kBlock = (1 << 20) + 7;

    static std::int64_t numel(const std::vector<std::int64_t>& shape) {
        std::int64_t count = 1;
        for (const std::int64_t side : shape)
            count *= side;
        return count;
    }

    at::Tensor m_block;
};

} // namespace

std::unique_ptr<WeightSource> randomWeights(const WeightTarget& target) {
    return std::make_unique<RandomWeights>(target);
}

} // namespace prunescope::model
