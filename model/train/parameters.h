#pragma once

#include "model/weights/weight_matrix.h"

#include <ATen/ATen.h>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace prunescope::model::train {

/// Update rule of a parameter.
enum class Updater {
    Adam,   ///< embeddings, norms, biases, heads
    Muon,   ///< matrices between hidden layers
    Frozen, ///< nobody
};

/// One tensor of a network in training.
struct Parameter {
    std::string
        name; ///< as in the checkpoint; auxiliary ones begin with "reading.", adapters end with ".lora_a", ".lora_b"
    at::Tensor master; ///< float32: what the optimizer moves and what is saved; of a frozen one the live tensor
    at::Tensor live; ///< what the network multiplies with, in the compute type, of a wide one in float32; its gradient
                     ///< is made here
    Updater updater = Updater::Adam;
    std::int64_t parts = 1; ///< matrices that stand one below the other in it (qkv: 3), each orthogonalised by itself
    bool decays = false;    ///< weight decay
};

/// Whether a parameter of this name is saved with the model; else it serves training alone.
bool isOfTheModel(const std::string& name);

/// Which parameters are trained.
struct TrainingScope {
    std::vector<std::string> freeze; ///< beginnings of names that stay as they are
    int loraRank = 0;                ///< above 0: of the model only low-rank changes of the targets are trained
    double loraAlpha = 16;
    std::vector<std::string> loraTargets; ///< last parts of names of matrices, such as q_proj
    std::uint64_t seed = 1;               ///< of the adapters' first values
};

/// All parameters of a network, in the order in which they were made. One thread.
class ParameterSet {
public:
    ParameterSet(at::Device device, at::ScalarType computeType, TrainingScope scope = {})
        : m_device(device), m_type(computeType), m_scope(std::move(scope)) {}

    at::Device device() const { return m_device; }
    at::ScalarType computeType() const { return m_type; }

    /// Takes the values over and returns the live tensor. Throws Error(Internal) for a name that is there.
    at::Tensor add(const std::string& name, const at::Tensor& values, Updater updater, std::int64_t parts = 1) {
        return add(name, values, updater, parts, m_type);
    }
    /// Adds one as `add` does that the network reads in float32 whatever the compute type is.
    at::Tensor addWide(const std::string& name, const at::Tensor& values, Updater updater) {
        return add(name, values, updater, 1, at::kFloat);
    }
    /// Adds a matrix between hidden layers as `add` does, with an adapter where the scope wants one.
    WeightMatrix addMatrix(const std::string& name, const at::Tensor& values, std::int64_t parts = 1);
    /// nullptr where there is none.
    const Parameter* find(const std::string& name) const;
    std::vector<Parameter>& all() { return m_parameters; }
    const std::vector<Parameter>& all() const { return m_parameters; }
    /// The tensor of a parameter that is saved: its master, with its adapter merged in.
    at::Tensor merged(const Parameter& parameter) const;

    /// Refreshes the live values from the master values, after these were moved.
    void refresh();
    void clearGradients();
    std::int64_t trained() const; ///< numbers that are trained
    std::int64_t total() const;

private:
    at::Tensor add(const std::string& name, const at::Tensor& values, Updater updater, std::int64_t parts,
                   at::ScalarType type);
    Updater inScope(const std::string& name, Updater updater) const;
    bool isTarget(const std::string& name) const;

    at::Device m_device;
    at::ScalarType m_type;
    TrainingScope m_scope;
    std::vector<Parameter> m_parameters;
    std::map<std::string, std::size_t> m_places;
};

} // namespace prunescope::model::train
