#pragma once

#include "core/pruning/method.h"

#include <string>
#include <vector>

namespace prunescope {

/// A pruning method at a place.
struct PruneStage {
    Place place = Place::Input;
    int layer =
        0; ///< so many layers run before it, at VisionLayer and LanguageLayer; else, or where the method begins: 0
    MethodSettings settings;

    /// "post:divprune", without the options.
    std::string name() const;
    bool operator==(const PruneStage&) const = default;
};

/// Whether a stage makes a mask from a picture; else it chooses among tokens. Random does the latter where it stands
/// after the encoder with a budget of its own, or inside the language model.
bool looksAtPixels(const PruneStage& stage);
/// Whether a stage drops anything: not where it keeps everything, by its method or by `keep=1`.
bool drops(const PruneStage& stage);

/// Which pruning methods run where, in the order in which a picture meets them. Written
/// `input:pred_2d,tau=0.02; post:divprune,keep=1/3; llm@2:fastv,keep=1/2`. At most one of them looks at pixels.
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
/// One stage of it.
std::string toText(const PruneStage& stage);
/// The place as a plan writes it: "input", "vit@8", "post", "llm@2"; "llm" for layer 0.
std::string placeText(Place place, int layer);

/// Checks the stages and how they go together. Throws Error(Usage) that names the stage, or both: a method can't stand
/// there; a second one looks at pixels, or stands after the encoder; stages are not in the order in which they run;
/// what a stage needs is gone by then.
void checkStages(const PrunePlan& plan);

} // namespace prunescope
