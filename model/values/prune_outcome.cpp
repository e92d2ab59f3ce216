#include "model/values/prune_outcome.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

double PruneOutcome::methodMs() const {
    double ms = 0;
    for (const StageOutcome& stage : stages)
        ms += stage.ms;
    return ms;
}

nlohmann::json toJson(const PruneOutcome& outcome) {
    nlohmann::json stages = nlohmann::json::array();
    for (const StageOutcome& stage : outcome.stages) {
        nlohmann::json images = nlohmann::json::array();
        for (const BlockCounts& counts : stage.images)
            images.push_back({{"before", counts.all}, {"after", counts.kept}});
        stages.push_back({{"stage", outcome.plan.at(static_cast<std::size_t>(stage.stage))},
                          {"layer", stage.layer},
                          {"ms", stage.ms},
                          {"images", std::move(images)}});
    }
    return {{"plan", outcome.plan},
            {"language_layers", outcome.languageLayers},
            {"equivalent_tokens", outcome.equivalentTokens},
            {"method_ms", outcome.methodMs()},
            {"stages", std::move(stages)}};
}

} // namespace prunescope::model
