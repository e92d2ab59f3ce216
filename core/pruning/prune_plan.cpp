#include "core/pruning/prune_plan.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>

namespace prunescope {

namespace {

const PruneStage& keepAllStage() {
    static const PruneStage stage{Place::Input, 0, MethodSettings(keepAllMethod())};
    return stage;
}

bool draws(const PruneStage& stage) {
    return stage.settings.applies(kSeed.name);
}

} // namespace

std::string PruneStage::name() const {
    return placeText(place, layer) + ":" + std::string(settings.method());
}

bool looksAtPixels(const PruneStage& stage) {
    const bool choosesTokens =
        stage.place == Place::LanguageLayer ||
        (stage.place == Place::AfterEncoder && stage.settings.entry().layers && stage.settings.isSet(kKeep.name));
    return stage.settings.entry().pixels && !choosesTokens;
}

bool drops(const PruneStage& stage) {
    const auto keep = stage.settings.find(kKeep);
    return stage.settings.entry().drops() && !(keep && keep->keepsAll());
}

PrunePlan PrunePlan::none() {
    return {{keepAllStage()}};
}

PrunePlan PrunePlan::of(MethodSettings settings, Place place, int layer) {
    return {{{place, layer, std::move(settings)}}};
}

bool PrunePlan::prunes() const {
    return std::any_of(stages.begin(), stages.end(), [](const PruneStage& stage) { return drops(stage); });
}

const PruneStage& PrunePlan::pixelStage() const {
    const auto found = std::find_if(stages.begin(), stages.end(), looksAtPixels);
    return found == stages.end() ? keepAllStage() : *found;
}

PruneStage& PrunePlan::pixelStage() {
    const auto found = std::find_if(stages.begin(), stages.end(), looksAtPixels);
    return found == stages.end() ? *stages.insert(stages.begin(), keepAllStage()) : *found;
}

std::uint64_t PrunePlan::seed() const {
    const PruneStage* named = nullptr; // an option that does not matter counts only where there is no other
    for (const PruneStage& stage : stages)
        if (stage.settings.isSet(kSeed.name) && (!named || (draws(stage) && !draws(*named))))
            named = &stage;
    return (named ? *named : keepAllStage()).settings.value(kSeed);
}

void PrunePlan::setSeed(std::uint64_t seed) {
    for (PruneStage& stage : stages)
        if (stage.settings.spec(kSeed.name))
            stage.settings.set(kSeed, seed);
}

std::string placeText(Place place, int layer) {
    switch (place) {
    case Place::Input:
        return "input";
    case Place::VisionLayer:
        return "vit@" + std::to_string(layer);
    case Place::AfterEncoder:
        return "post";
    case Place::LanguageLayer:
        return layer == 0 ? "llm" : "llm@" + std::to_string(layer);
    }
    throw Error(ErrorKind::Internal, "internal error: a place without a name");
}

std::string toText(const PruneStage& stage) {
    std::vector<std::string> words = stage.settings.words();
    words.insert(words.begin(), stage.name());
    return join(words, ",");
}

std::string toText(const PrunePlan& plan) {
    std::vector<std::string> stages;
    for (const PruneStage& stage : plan.stages)
        stages.push_back(toText(stage));
    return join(stages, "; ");
}

} // namespace prunescope
