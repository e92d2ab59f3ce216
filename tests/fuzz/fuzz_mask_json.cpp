#include "core/report/mask_report.h"
#include "tests/fuzz/fuzz_bodies.h"

#include <nlohmann/json.hpp>

namespace prunescope::fuzz {

void fuzzMaskJson(Input input) {
    mayFail([&] {
        const MaskReport report = parseMaskJson(textOf(input));
        const MaskReport back = parseMaskJson(toJson(report, ModelShape{}).dump());
        require(back.image == report.image && back.original == report.original && back.settings == report.settings &&
                    back.mask == report.mask && back.times.entries() == report.times.entries() &&
                    back.views.size() == report.views.size(),
                "a mask object comes back as it was");
    });
}

} // namespace prunescope::fuzz
