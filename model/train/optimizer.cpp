#include "model/train/optimizer.h"

#include "core/base/error.h"
#include "model/files/safetensors.h"

#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <cmath>

namespace prunescope::model::train {

namespace {

/// Orthogonalises matrices [n, rows, cols] with rows <= cols: five steps of an odd polynomial that takes all singular
/// values near 1 (K. Jordan et al., "Muon", 2024).
at::Tensor orthogonalised(const at::Tensor& matrices) {
    at::Tensor x = matrices / (matrices.to(at::kFloat).norm(2, {1, 2}, true) + 1e-7).to(matrices.scalar_type());
    for (int i = 0; i < 5; ++i) {
        const at::Tensor gram = at::bmm(x, x.transpose(1, 2));
        const at::Tensor polynomial = at::baddbmm(gram, gram, gram, -4.7750, 2.0315);
        x = at::baddbmm(x, polynomial, x, 3.4445, 1);
    }
    return x;
}

void add(at::Tensor& sum, const at::Tensor& gradient, double weight) {
    if (sum.defined())
        sum.add_(gradient.to(at::kFloat), weight);
    else
        sum = gradient.to(at::kFloat) * weight;
}

/// Norm of all numbers of the tensors; one look at the device.
double normOf(const std::vector<at::Tensor>& tensors) {
    return tensors.empty() ? 0.0 : at::stack(at::_foreach_norm(tensors)).norm().item<double>();
}

at::Tensor stored(const std::map<std::string, at::Tensor>& state, const std::string& name, const at::Tensor& like) {
    const auto found = state.find(name);
    if (found == state.end())
        throw Error(ErrorKind::BadFile, "checkpoint: " + name + " is missing");
    if (found->second.sizes() != like.sizes())
        throw Error(ErrorKind::BadFile, "checkpoint: " + name + " is " + shapeText(found->second.sizes()) +
                                            ", expected " + shapeText(like.sizes()));
    return found->second;
}

} // namespace

Optimizer::Optimizer(ParameterSet& parameters, const OptimizerSettings& settings)
    : m_parameters(parameters), m_settings(settings) {
    for (Parameter& parameter : parameters.all()) {
        if (parameter.updater == Updater::Frozen)
            continue;
        if (parameter.updater == Updater::Adam || !settings.muon) {
            const at::Tensor zeros = at::zeros_like(parameter.master);
            m_adam.push_back({&parameter, {}, zeros, zeros.clone(), at::zeros({}, zeros.options())});
            continue;
        }
        const std::int64_t rows = parameter.master.size(0) / parameter.parts, cols = parameter.master.size(1);
        auto group = std::find_if(m_muon.begin(), m_muon.end(),
                                  [&](const MuonGroup& other) { return other.rows == rows && other.cols == cols; });
        if (group == m_muon.end())
            group = m_muon.insert(m_muon.end(), MuonGroup{rows, cols, {}, {}});
        group->entries.push_back({&parameter, {}});
    }
    for (MuonGroup& group : m_muon) {
        std::int64_t matrices = 0;
        for (const MuonEntry& entry : group.entries)
            matrices += entry.parameter->parts;
        group.momentum = at::zeros({matrices, group.rows, group.cols}, at::TensorOptions(parameters.device()));
    }
}

void Optimizer::accumulate(double weight) {
    const at::NoGradGuard noGradient;
    const auto take = [&](Parameter& parameter, at::Tensor& sum) {
        const at::Tensor& gradient = parameter.live.grad();
        if (gradient.defined())
            add(sum, gradient, weight);
    };
    for (AdamEntry& entry : m_adam)
        take(*entry.parameter, entry.gradient);
    for (MuonGroup& group : m_muon)
        for (MuonEntry& entry : group.entries)
            take(*entry.parameter, entry.gradient);
    m_parameters.clearGradients();
}

double Optimizer::gradientNorm() const {
    std::vector<at::Tensor> gradients;
    const auto take = [&](const at::Tensor& gradient) {
        if (gradient.defined())
            gradients.push_back(gradient);
    };
    for (const AdamEntry& entry : m_adam)
        take(entry.gradient);
    for (const MuonGroup& group : m_muon)
        for (const MuonEntry& entry : group.entries)
            take(entry.gradient);
    return normOf(gradients);
}

void Optimizer::moveByAdam(double factor) {
    std::vector<at::Tensor> gradients;
    for (AdamEntry& entry : m_adam)
        if (entry.gradient.defined())
            gradients.push_back(entry.gradient);
    const double norm = normOf(gradients);
    if (norm > m_settings.clip)
        at::_foreach_mul_(gradients, m_settings.clip / norm);
    std::vector<at::Tensor> decaying[5], plain[5]; // values, gradients, means, squares, steps
    for (AdamEntry& entry : m_adam) {
        if (!entry.gradient.defined())
            continue;
        auto& lists = entry.parameter->decays ? decaying : plain;
        const at::Tensor* tensors[] = {&entry.parameter->master, &entry.gradient, &entry.mean, &entry.square,
                                       &entry.steps};
        for (std::size_t i = 0; i < std::size(tensors); ++i)
            lists[i].push_back(*tensors[i]);
        entry.steps.add_(1);
    }
    for (auto* lists : {&decaying, &plain})
        if (!(*lists)[0].empty())
            at::_fused_adamw_((*lists)[0], (*lists)[1], (*lists)[2], (*lists)[3], {}, (*lists)[4],
                              m_settings.adamRate * factor, m_settings.beta1, m_settings.beta2,
                              lists == &decaying ? m_settings.weightDecay : 0.0, m_settings.epsilon, false, false);
}

void Optimizer::moveByMuon(MuonGroup& group, double factor) {
    if (std::none_of(group.entries.begin(), group.entries.end(), [](auto& entry) { return entry.gradient.defined(); }))
        return; // layers that took no part
    std::vector<at::Tensor> gradients;
    for (const MuonEntry& entry : group.entries) {
        const at::Tensor& gradient =
            entry.gradient.defined() ? entry.gradient : at::zeros_like(entry.parameter->master);
        gradients.push_back(gradient.view({entry.parameter->parts, group.rows, group.cols}));
    }
    const at::Tensor gradient = at::cat(gradients);
    group.momentum.lerp_(gradient, 1 - m_settings.momentum);
    const at::Tensor ahead = gradient.lerp(group.momentum, m_settings.momentum).to(m_parameters.computeType());
    const bool tall = group.rows > group.cols;
    at::Tensor update = orthogonalised(tall ? ahead.transpose(1, 2).contiguous() : ahead);
    if (tall)
        update = update.transpose(1, 2);
    const double rate = m_settings.muonRate * factor;
    // Steps as large as Adam's usually are (Moonlight, arXiv:2502.16982, section 2.2).
    const double scale = 0.2 * std::sqrt(static_cast<double>(std::max(group.rows, group.cols)));
    std::int64_t first = 0;
    for (const MuonEntry& entry : group.entries) {
        at::Tensor& master = entry.parameter->master;
        const std::int64_t parts = entry.parameter->parts;
        if (entry.gradient.defined()) {
            master.mul_(1 - rate * m_settings.weightDecay);
            master.add_(update.narrow(0, first, parts).to(at::kFloat).reshape(master.sizes()), -rate * scale);
        }
        first += parts;
    }
}

void Optimizer::step(double factor) {
    const at::NoGradGuard noGradient;
    moveByAdam(factor);
    for (MuonGroup& group : m_muon)
        moveByMuon(group, factor);
    for (AdamEntry& entry : m_adam)
        entry.gradient.reset();
    for (MuonGroup& group : m_muon)
        for (MuonEntry& entry : group.entries)
            entry.gradient.reset();
    m_parameters.refresh();
}

std::map<std::string, at::Tensor> Optimizer::state() const {
    std::map<std::string, at::Tensor> state;
    for (const AdamEntry& entry : m_adam) {
        const std::string& name = entry.parameter->name;
        state["adam.mean." + name] = entry.mean;
        state["adam.square." + name] = entry.square;
        state["adam.steps." + name] = entry.steps;
    }
    for (const MuonGroup& group : m_muon) {
        std::int64_t first = 0;
        for (const MuonEntry& entry : group.entries) {
            state["muon.momentum." + entry.parameter->name] = group.momentum.narrow(0, first, entry.parameter->parts);
            first += entry.parameter->parts;
        }
    }
    return state;
}

void Optimizer::restore(const std::map<std::string, at::Tensor>& state) {
    const at::NoGradGuard noGradient;
    for (auto& [name, tensor] : this->state())
        tensor.copy_(stored(state, name, tensor)); // shares memory with ours
}

} // namespace prunescope::model::train
