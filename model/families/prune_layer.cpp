#include "core/base/error.h"
#include "model/families/model_config.h"

namespace prunescope::model {

void checkPruneLayer(const ModelConfig& config, std::int64_t layer) {
    const std::vector<std::int64_t>& deepstack = config.vision.deepstackLayers;
    const std::int64_t depth = config.vision.runLayers();
    const bool inside = layer >= 0 && layer <= depth;
    if (inside && (deepstack.empty() || layer <= deepstack.front() || layer > deepstack.back()))
        return;
    std::string allowed = "1 to " + std::to_string(deepstack.empty() ? depth : deepstack.front());
    if (!deepstack.empty())
        allowed += " or " + std::to_string(deepstack.back() + 1) + " to " + std::to_string(depth);
    throw Error(ErrorKind::Usage, "plan: vit@" + std::to_string(layer) + " is not possible for this model, expected " +
                                      allowed + " (vision layers that have run; not between DeepStack features)");
}

} // namespace prunescope::model
