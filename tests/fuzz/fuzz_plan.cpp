#include "core/pruning/prune_plan.h"
#include "core/report/plan_cost.h"
#include "tests/fuzz/fuzz_bodies.h"

#include <array>

namespace prunescope::fuzz {

namespace {

/// On a model of so many layers, where that has room for the plan: no stage adds tokens, and layers rise.
void requireFallingCounts(const PrunePlan& plan, int languageLayers) {
    mayFail([&] {
        const std::array images{MaskedGrid{{3, 5}, 15, 60}, MaskedGrid{{1, 1}, 1, 1}};
        int layer = 0;
        for (const StageCounts& counts : expectedCounts(plan, images, languageLayers)) {
            require(counts.layer >= layer && counts.layer < languageLayers, "layers rise");
            layer = counts.layer;
            for (const BlockCounts& image : counts.images)
                require(image.kept >= 0 && image.kept <= image.all, "a stage adds no tokens");
        }
    });
}

} // namespace

void fuzzPlan(Input input) {
    mayFail([&] {
        const PrunePlan plan = parsePlan(textOf(input));
        const std::string text = toText(plan);
        require(parsePlan(text) == plan, "a plan comes back as it was");
        require(toText(parsePlan(text)) == text, "the text of a plan is canonical");
        for (const int languageLayers : {4, 28})
            requireFallingCounts(plan, languageLayers);
    });
}

} // namespace prunescope::fuzz
