#include "model/train/fresh_weights.h"

#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <functional>
#include <numbers>

namespace prunescope::model::train {

namespace {

constexpr double kDeviation = 0.02;

/// Sines and cosines [n, width] of values in 0..1, from slow to `fastest` half turns: neighbours look alike.
at::Tensor smoothCode(const at::Tensor& values, std::int64_t width, double fastest) {
    const at::Tensor rates =
        at::linspace(std::log(std::numbers::pi / 2), std::log(std::numbers::pi * fastest), width / 2, at::kFloat).exp();
    const at::Tensor angles = values.unsqueeze(-1) * rates;
    return at::cat({angles.sin(), angles.cos()}, -1);
}

class FreshWeights final : public WeightSource {
public:
    FreshWeights(const ModelConfig& config, const std::vector<std::int64_t>& numberIds, std::uint64_t seed)
        : WeightSource(WeightTarget{}), m_config(config), m_numberIds(numberIds), m_seed(seed) {}

    bool has(const std::string& name) const override { return name != "lm_head.weight" || !m_config.text.tiedHead; }
    at::Tensor get(const std::string& name, const std::vector<std::int64_t>& shape) override {
        return counted(stored(name, shape));
    }

protected:
    at::Tensor stored(const std::string& name, const std::vector<std::int64_t>& shape) override {
        if (name.ends_with("A_log"))
            return at::linspace(1, 16, shape.front(), at::kFloat).log();
        if (name.ends_with("dt_bias"))
            return steps(shape.front());
        if (name.ends_with(".bias") || isOffset(name))
            return at::zeros(shape);
        if (shape.size() == 1)
            return at::ones(shape);
        if (name.ends_with("pos_embed.weight"))
            return places(shape[1]);
        at::Tensor values = normal(name, shape) * deviation(name);
        if (name.ends_with("embed_tokens.weight") && !m_numberIds.empty()) {
            const at::Tensor numbers = at::linspace(0, 1, static_cast<std::int64_t>(m_numberIds.size()), at::kFloat);
            values.index_copy_(0, at::tensor(m_numberIds, at::kLong),
                               smoothCode(numbers, shape[1], 200) * (kDeviation * std::numbers::sqrt2));
        }
        return values;
    }

private:
    /// What softplus makes of it rises from 0.001 to 0.1 (Mamba, arXiv:2312.00752, section 3.6): with A_log, heads that
    /// remember about a thousand tokens, down to such as remember the last.
    static at::Tensor steps(std::int64_t heads) {
        const at::Tensor sizes = at::logspace(-3, -1, heads, 10.0, at::kFloat);
        return sizes + (-(-sizes).expm1()).log();
    }

    /// Every tensor has its own stream, so that a network with a layer more begins the same.
    at::Tensor normal(const std::string& name, const std::vector<std::int64_t>& shape) const {
        std::uint64_t hash = 1469598103934665603ULL ^ m_seed; // FNV-1a
        for (const char letter : name)
            hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
        return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(hash), at::kFloat);
    }

    /// Of a norm that multiplies with 1 + weight.
    bool isOffset(const std::string& name) const {
        return m_config.text.centredNorms && !name.starts_with("model.visual.") && name.ends_with("norm.weight") &&
               !name.ends_with("linear_attn.norm.weight");
    }

    double deviation(const std::string& name) const {
        if (name.ends_with("conv1d.weight")) // few values make a sum: it is about as large as one of them
            return 1 / std::sqrt(static_cast<double>(m_config.text.linearAttention.kernel));
        const bool vision = name.find("visual.blocks.") != std::string::npos;
        const bool toResidual = (vision && (name.ends_with("attn.proj.weight") || name.ends_with("fc2.weight"))) ||
                                name.ends_with("o_proj.weight") || name.ends_with("out_proj.weight") ||
                                name.ends_with("down_proj.weight");
        const std::int64_t layers = vision ? m_config.vision.depth : m_config.text.layers;
        return toResidual ? kDeviation / std::sqrt(2.0 * static_cast<double>(layers)) : kDeviation;
    }

    /// Half of the width says the row, half the column.
    at::Tensor places(std::int64_t width) const {
        const std::int64_t side = m_config.vision.tableSide;
        const at::Tensor at = at::linspace(0, 1, side, at::kFloat);
        const at::Tensor code = smoothCode(at, width / 2, static_cast<double>(side));
        const at::Tensor rows = code.unsqueeze(1).expand({side, side, width / 2});
        const at::Tensor cols = code.unsqueeze(0).expand({side, side, width / 2});
        return (at::cat({rows, cols}, -1) * 0.1).reshape({side * side, width});
    }

    ModelConfig m_config;
    std::vector<std::int64_t> m_numberIds;
    std::uint64_t m_seed;
};

} // namespace

std::unique_ptr<WeightSource> freshWeights(const ModelConfig& config, const std::vector<std::int64_t>& numberIds,
                                           std::uint64_t seed) {
    return std::make_unique<FreshWeights>(config, numberIds, seed);
}

} // namespace prunescope::model::train
