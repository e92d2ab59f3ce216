#include "model/study/vtw_layer.h"

#include "core/base/error.h"
#include "model/pruners/vtw_search.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

at::Tensor logitsOf(Engine& engine, Request request, PrunePlan plan, const std::stop_token& stop) {
    request.plan = std::move(plan);
    request.reuse = true; // the features of the picture
    return at::tensor(engine.firstLogits(request, stop), at::kFloat);
}

} // namespace

VtwSearch findVtwLayer(Engine& engine, const std::vector<Request>& samples, double eta,
                       const std::function<void(int done)>& onSample, std::stop_token stop) {
    if (samples.empty())
        throw Error(ErrorKind::Usage, "the search for VTW's layer found no samples, expected questions about pictures");
    VtwSearch search;
    search.languageLayers = engine.info().shape.languageLayers;
    search.layers = vtwCandidates(search.languageLayers);
    search.divergence.assign(search.layers.size(), 0);
    search.eta = eta;
    for (const Request& sample : samples) {
        const at::Tensor full = logitsOf(engine, sample, PrunePlan::none(), stop);
        for (std::size_t i = 0; i < search.layers.size(); ++i) {
            const PrunePlan plan = PrunePlan::of(MethodSettings("vtw"), Place::LanguageLayer, search.layers[i]);
            search.divergence[i] += removalDivergence(full, logitsOf(engine, sample, plan, stop)).item<double>() /
                                    static_cast<double>(samples.size());
        }
        onSample(++search.samples);
    }
    search.layer = vtwLayer(search.layers, search.divergence, eta, search.languageLayers);
    return search;
}

nlohmann::json toJson(const VtwSearch& search) {
    nlohmann::json divergence = nlohmann::json::array();
    for (std::size_t i = 0; i < search.layers.size(); ++i)
        divergence.push_back({{"layer", search.layers[i]}, {"mean_kl", search.divergence[i]}});
    nlohmann::json layer = nullptr;
    if (search.layer < search.languageLayers)
        layer = search.layer;
    return {{"eta", search.eta},
            {"samples", search.samples},
            {"language_layers", search.languageLayers},
            {"layer", layer},
            {"divergence", std::move(divergence)}};
}

} // namespace prunescope::model
