#include "core/pruning/prune_plan.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

void fuzzPlan(Input input) {
    mayFail([&] {
        const PrunePlan plan = parsePlan(textOf(input));
        const std::string text = toText(plan);
        require(parsePlan(text) == plan, "a plan comes back as it was");
        require(toText(parsePlan(text)) == text, "the text of a plan is canonical");
    });
}

} // namespace prunescope::fuzz
