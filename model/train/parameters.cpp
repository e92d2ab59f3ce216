#include "model/train/parameters.h"

#include "core/base/error.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <cmath>

namespace prunescope::model::train {

namespace {

/// Tables of which each step touches few rows: decay would wear the others away.
bool isTable(const std::string& name) {
    return name.ends_with("embed_tokens.weight") || name.ends_with("pos_embed.weight");
}

} // namespace

bool isOfTheModel(const std::string& name) {
    return !name.starts_with("reading.") && !name.ends_with(".lora_a") && !name.ends_with(".lora_b");
}

Updater ParameterSet::inScope(const std::string& name, Updater updater) const {
    const bool frozen = std::any_of(m_scope.freeze.begin(), m_scope.freeze.end(),
                                    [&](const std::string& beginning) { return name.starts_with(beginning); });
    const bool adapted = m_scope.loraRank > 0 && isOfTheModel(name);
    return frozen || adapted ? Updater::Frozen : updater;
}

bool ParameterSet::isTarget(const std::string& name) const {
    return m_scope.loraRank > 0 &&
           std::any_of(m_scope.loraTargets.begin(), m_scope.loraTargets.end(),
                       [&](const std::string& target) { return name.ends_with("." + target + ".weight"); });
}

at::Tensor ParameterSet::add(const std::string& name, const at::Tensor& values, Updater updater, std::int64_t parts,
                             at::ScalarType type) {
    Parameter parameter;
    parameter.name = name;
    parameter.updater = inScope(name, updater);
    parameter.parts = parts;
    parameter.decays = values.dim() >= 2 && !isTable(name);
    if (parameter.updater == Updater::Frozen) {
        parameter.live = parameter.master = values.to(at::TensorOptions(m_device).dtype(type)).contiguous();
    } else {
        parameter.master = values.to(at::TensorOptions(m_device).dtype(at::kFloat), false, true).contiguous();
        const bool sharesMemory = type == at::kFloat;
        parameter.live = sharesMemory ? parameter.master.detach() : parameter.master.to(type);
        parameter.live.set_requires_grad(true);
    }
    check(m_places.emplace(name, m_parameters.size()).second, "a parameter has one name");
    m_parameters.push_back(std::move(parameter));
    return m_parameters.back().live;
}

WeightMatrix ParameterSet::addMatrix(const std::string& name, const at::Tensor& values, std::int64_t parts) {
    const at::Tensor live = add(name, values, Updater::Muon, parts);
    if (!isTarget(name))
        return live;
    // B begins at 0: the network begins as it was.
    const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(m_scope.seed + m_parameters.size());
    const at::Tensor a = at::randn({m_scope.loraRank, values.size(1)}, generator, at::kFloat) /
                         std::sqrt(static_cast<double>(values.size(1)));
    return {live, Adapter{add(name + ".lora_a", a, Updater::Adam),
                          add(name + ".lora_b", at::zeros({values.size(0), m_scope.loraRank}), Updater::Adam),
                          m_scope.loraAlpha / m_scope.loraRank}};
}

const Parameter* ParameterSet::find(const std::string& name) const {
    const auto found = m_places.find(name);
    return found == m_places.end() ? nullptr : &m_parameters[found->second];
}

at::Tensor ParameterSet::merged(const Parameter& parameter) const {
    const Parameter* a = find(parameter.name + ".lora_a");
    const Parameter* b = find(parameter.name + ".lora_b");
    if (!a || !b)
        return parameter.master;
    return parameter.master.to(at::kFloat) + at::mm(b->master, a->master) * (m_scope.loraAlpha / m_scope.loraRank);
}

void ParameterSet::refresh() {
    const at::NoGradGuard noGradient;
    for (Parameter& parameter : m_parameters)
        if (parameter.updater != Updater::Frozen && parameter.live.scalar_type() != at::kFloat) // else one memory
            parameter.live.copy_(parameter.master);
}

void ParameterSet::clearGradients() {
    for (Parameter& parameter : m_parameters)
        parameter.live.mutable_grad().reset();
}

std::int64_t ParameterSet::trained() const {
    std::int64_t values = 0;
    for (const Parameter& parameter : m_parameters)
        values += parameter.updater == Updater::Frozen ? 0 : parameter.master.numel();
    return values;
}

std::int64_t ParameterSet::total() const {
    std::int64_t values = 0;
    for (const Parameter& parameter : m_parameters)
        values += parameter.master.numel();
    return values;
}

} // namespace prunescope::model::train
