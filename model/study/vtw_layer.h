#pragma once

#include "model/api/engine.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <vector>

namespace prunescope::model {

/// Outcome of the search for the layer before which VTW may drop all visual tokens (uniprune spec 3).
struct VtwSearch {
    std::vector<int> layers;        ///< that were tried
    std::vector<double> divergence; ///< of each: mean over the samples
    int layer = 0;                  ///< the first with at most `eta`; the number of layers: none has
    int languageLayers = 0;
    int samples = 0;
    double eta = 0;
};

/// Asks every sample once in full and once for each layer. `onSample` is called after each. Throws Error(Usage) without
/// samples, Error(Cancelled), and as Engine::firstLogits.
VtwSearch findVtwLayer(Engine& engine, const std::vector<Request>& samples, double eta,
                       const std::function<void(int done)>& onSample, std::stop_token stop);

/// `{eta, samples, language_layers, layer, divergence: [{layer, mean_kl}]}`; `layer` is null where none is good enough.
nlohmann::json toJson(const VtwSearch& search);

} // namespace prunescope::model
