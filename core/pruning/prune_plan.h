#pragma once

#include "core/pruning/method.h"

#include <string>
#include <vector>

namespace prunescope {

/// A pruning method at a place.
struct PruneStage {
    Place place = Place::Input;
    int layer = 0; ///< so many layers run before it, at VisionLayer and LanguageLayer; else 0
    MethodSettings settings;
    bool operator==(const PruneStage&) const = default;
};

/// Which pruning methods run where. Written `input:pred_2d,tau=0.02`; stages are joined by `;`. At most one of them
/// looks at pixels.
struct PrunePlan {
    std::vector<PruneStage> stages{PruneStage{}};

    /// The plan that drops nothing.
    static PrunePlan none();
    static PrunePlan of(MethodSettings settings, Place place = Place::Input, int layer = 0);

    bool prunes() const;
    /// The stage that looks at pixels; one at the input that keeps all of them when there is no other.
    const PruneStage& pixelStage() const;
    PruneStage& pixelStage();
    /// The seed of everything that is drawn at random in a prompt.
    std::uint64_t seed() const;
    /// Sets the seed of every stage that has one.
    void setSeed(std::uint64_t seed);
    bool operator==(const PrunePlan&) const = default;
};

/// Parses a plan. Throws Error(Usage) that names the part that is wrong.
PrunePlan parsePlan(const std::string& text);
/// The canonical text: `parsePlan(toText(plan)) == plan`.
std::string toText(const PrunePlan& plan);
/// The place as a plan writes it: "input", "vit@8", "post", "llm@2".
std::string placeText(Place place, int layer);

/// Checks the places of stages. Throws Error(Usage) that names the stage: the method can't stand there, or a second one
/// looks at pixels.
void checkStages(const PrunePlan& plan);

} // namespace prunescope
