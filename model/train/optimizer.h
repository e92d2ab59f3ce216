#pragma once

#include "model/train/parameters.h"

#include <map>
#include <string>
#include <vector>

namespace prunescope::model::train {

struct OptimizerSettings {
    double adamRate = 1e-3; ///< learning rates before the schedule's factor
    double muonRate = 1.5e-3;
    double beta1 = 0.9;
    double beta2 = 0.98;
    double epsilon = 1e-8;
    double momentum = 0.95; ///< Muon's
    double weightDecay = 0.05;
    double clip = 1.0; ///< largest norm of the gradient of Adam's parameters
    bool muon = true;  ///< false: Adam moves all
};

/// AdamW and Muon (Newton-Schulz orthogonalised momentum). Its state can be stored and read back.
class Optimizer {
public:
    Optimizer(ParameterSet& parameters, const OptimizerSettings& settings);

    /// Adds the gradients of the live tensors, weighted, to what the step will use, and clears them.
    void accumulate(double weight);
    /// Norm of the gathered gradients. Not finite where one of them is not.
    double gradientNorm() const;
    /// Moves the masters with rates times `factor`, refreshes the live values, forgets the gradients.
    void step(double factor);

    /// State by name: what a checkpoint holds besides the masters.
    std::map<std::string, at::Tensor> state() const;
    /// Sets the state. Throws Error(BadFile) that names the tensor which is missing or of another shape.
    void restore(const std::map<std::string, at::Tensor>& state);

private:
    struct AdamEntry {
        Parameter* parameter;
        at::Tensor gradient, mean, square, steps;
    };
    struct MuonEntry {
        Parameter* parameter;
        at::Tensor gradient;
    };
    /// Matrices of one shape, orthogonalised together.
    struct MuonGroup {
        std::int64_t rows, cols;
        std::vector<MuonEntry> entries;
        at::Tensor momentum; ///< [matrices, rows, cols]
    };

    void moveByAdam(double factor);
    void moveByMuon(MuonGroup& group, double factor);

    ParameterSet& m_parameters;
    OptimizerSettings m_settings;
    std::vector<AdamEntry> m_adam;
    std::vector<MuonGroup> m_muon;
};

} // namespace prunescope::model::train
