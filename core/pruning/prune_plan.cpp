#include "core/pruning/prune_plan.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>

namespace prunescope {

namespace {

bool looksAtPixels(const PruneStage& stage) {
    return stage.settings.entry().pixels != nullptr;
}

/// A budget of everything leaves a stage out.
bool drops(const PruneStage& stage) {
    const auto keep = stage.settings.find(kKeep);
    return stage.settings.entry().drops() && !(keep && keep->keepsAll());
}

const PruneStage& keepAllStage() {
    static const PruneStage stage{Place::Input, 0, MethodSettings(keepAllMethod())};
    return stage;
}

std::string placesOf(const MethodEntry& method) {
    std::vector<std::string> texts;
    for (const Place place : method.places)
        texts.push_back(place == Place::VisionLayer     ? "vit@K"
                        : place == Place::LanguageLayer ? "llm@K"
                                                        : placeText(place, 0));
    return join(texts);
}

void checkPlace(const PruneStage& stage) {
    const MethodEntry& method = stage.settings.entry();
    if (!method.standsAt(stage.place))
        throw Error(ErrorKind::Usage, "plan: method '" + std::string(method.name) + "' is found at '" +
                                          placeText(stage.place, stage.layer) + "', expected at " + placesOf(method));
}

} // namespace

PrunePlan PrunePlan::none() {
    return {{keepAllStage()}};
}

PrunePlan PrunePlan::of(MethodSettings settings, Place place, int layer) {
    return {{{place, layer, std::move(settings)}}};
}

bool PrunePlan::prunes() const {
    return std::any_of(stages.begin(), stages.end(), drops);
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
    for (const PruneStage& stage : stages)
        if (const auto seed = stage.settings.find(kSeed))
            return *seed;
    return keepAllStage().settings.value(kSeed);
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
        return "llm@" + std::to_string(layer);
    }
    throw Error(ErrorKind::Internal, "internal error: a place without a name");
}

std::string toText(const PrunePlan& plan) {
    std::vector<std::string> stages;
    for (const PruneStage& stage : plan.stages) {
        std::vector<std::string> words = stage.settings.words();
        words.insert(words.begin(), placeText(stage.place, stage.layer) + ":" + std::string(stage.settings.method()));
        stages.push_back(join(words, ","));
    }
    return join(stages, "; ");
}

void checkStages(const PrunePlan& plan) {
    const PruneStage* pixels = nullptr;
    for (const PruneStage& stage : plan.stages) {
        checkPlace(stage);
        if (looksAtPixels(stage) && pixels)
            throw Error(ErrorKind::Usage, "plan: '" + std::string(stage.settings.method()) + "' at '" +
                                              placeText(stage.place, stage.layer) +
                                              "' is a second method that looks at pixels, expected one at most");
        if (looksAtPixels(stage))
            pixels = &stage;
    }
}

} // namespace prunescope
