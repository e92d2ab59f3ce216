#include "core/base/error.h"
#include "model/families/model_config.h"

namespace prunescope::model {

void requirePixelPlace(const ModelConfig& config, Place place) {
    if (place == Place::LanguageLayer || config.places.has(place))
        return;
    const bool after = config.places.afterEncoder;
    const char* found = place == Place::Input         ? "pruning at the input"
                        : place == Place::VisionLayer ? "pruning inside the encoder"
                                                      : "pruning by pixels";
    throw Error(ErrorKind::Usage, std::string("plan: ") + found +
                                      " is not possible for this model, expected pruning by pixels " +
                                      (after ? "after the encoder (post:METHOD)" : "nowhere (keep_all)"));
}

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
