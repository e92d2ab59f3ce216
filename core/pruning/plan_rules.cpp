#include "core/base/error.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/prune_plan.h"

#include <span>
#include <tuple>

namespace prunescope {

namespace {

[[noreturn]] void wrong(const std::string& message) {
    throw Error(ErrorKind::Usage, "plan: " + message);
}

std::string quoted(const PruneStage& stage) {
    return "'" + stage.name() + "'";
}

std::string placesOf(const MethodEntry& method) {
    std::vector<std::string> texts;
    for (const Place place : method.places)
        texts.push_back(place == Place::VisionLayer     ? "vit@K"
                        : place == Place::LanguageLayer ? "llm@K"
                                                        : placeText(place, 0));
    return join(texts);
}

void checkAlone(const PruneStage& stage) {
    const MethodEntry& method = stage.settings.entry();
    if (!method.standsAt(stage.place))
        wrong("method '" + std::string(method.name) + "' is found at '" + placeText(stage.place, stage.layer) +
              "', expected at " + placesOf(method));
    if (const std::string_view flaw = method.flaw ? method.flaw(stage.settings, stage.place) : ""; !flaw.empty())
        wrong(quoted(stage) + " is " + std::string(flaw));
}

void checkOrder(const PruneStage& before, const PruneStage& stage) {
    if (std::tuple(stage.place, stage.layer) < std::tuple(before.place, before.layer))
        wrong(quoted(stage) + " stands behind " + quoted(before) +
              ", expected stages in the order in which they run: input, vit@K, post, llm@K");
}

/// Both inside the language model, where every stage but the last must leave something to the next at a known layer.
void checkLayers(const PruneStage& before, const PruneStage& stage) {
    const MethodEntry& first = before.settings.entry();
    if (first.dropsAll)
        wrong(quoted(stage) + " stands behind " + quoted(before) + ", which leaves no visual token, expected nothing");
    if (first.layers(32).size() > 1)
        wrong(quoted(stage) + " stands behind " + quoted(before) +
              ", which drops tokens at several layers, expected it to be the last");
    if (before.layer == 0 || stage.layer == 0)
        wrong(quoted(before) + " and " + quoted(stage) +
              " are both inside the language model, expected llm@K for each");
    if (before.layer == stage.layer)
        wrong(quoted(before) + " and " + quoted(stage) + " stand before the same layer, expected rising layers");
}

/// Whether blocks are missing on the grid once the stage has run.
bool leavesHoles(const PruneStage& stage) {
    return drops(stage) && !stage.settings.entry().showsSmallerPicture;
}

void checkPair(const PruneStage& before, const PruneStage& stage) {
    const bool bothChoose = !looksAtPixels(before) && !looksAtPixels(stage);
    if (looksAtPixels(before) && looksAtPixels(stage))
        wrong(quoted(stage) + " is a second method that looks at pixels behind " + quoted(before) +
              ", expected one at most");
    checkOrder(before, stage);
    for (const PruneStage* alone : {&before, &stage})
        if (bothChoose && alone->settings.entry().standsAlone)
            wrong(quoted(before) + " and " + quoted(stage) + " are both in the plan, expected no other stage beside '" +
                  std::string(alone->settings.method()) + "' that chooses among tokens");
    if (before.place == Place::AfterEncoder && stage.place == Place::AfterEncoder)
        wrong(quoted(stage) + " is a second choice after the encoder behind " + quoted(before) +
              ", expected one at most");
    if (stage.settings.entry().needsGrid && leavesHoles(before))
        wrong(quoted(stage) + " needs all blocks of the picture, but " + quoted(before) +
              " drops some, expected one of them");
    if (before.place == Place::LanguageLayer && stage.place == Place::LanguageLayer)
        checkLayers(before, stage);
}

/// Everything that is drawn in a prompt comes from one generator.
void checkSeeds(const PrunePlan& plan) {
    for (const PruneStage& stage : plan.stages)
        if (const auto seed = stage.settings.find(kSeed);
            stage.settings.isSet(kSeed.name) && stage.settings.applies(kSeed.name) && *seed != plan.seed())
            wrong("seed of " + quoted(stage) + " is " + std::to_string(*seed) + " beside " +
                  std::to_string(plan.seed()) + ", expected one seed in a plan");
}

} // namespace

void checkStages(const PrunePlan& plan) {
    for (std::size_t i = 0; i < plan.stages.size(); ++i) {
        checkAlone(plan.stages[i]);
        for (std::size_t other = 0; other < i; ++other)
            checkPair(plan.stages[other], plan.stages[i]);
    }
    checkSeeds(plan);
}

} // namespace prunescope
