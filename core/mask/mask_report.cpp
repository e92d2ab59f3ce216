#include "core/mask/mask_report.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope {

nlohmann::json toJson(const MaskReport& report, const ModelShape& shape, int textTokens) {
    const BlockGrid grid = report.mask.grid();
    const int kept = report.mask.keptCount();
    const std::array full{grid.patchCount()};
    const std::array pruned{kept * kPatchesPerBlock};
    nlohmann::json times = nlohmann::json::object();
    for (const auto& [name, ms] : report.times.entries())
        times[name] = ms;
    nlohmann::json object{
        {"image", report.image},
        {"width", report.original.width},
        {"height", report.original.height},
        {"resized", {grid.size().width, grid.size().height}},
        {"rows", grid.rows},
        {"cols", grid.cols},
        {"blocks", grid.count()},
        {"kept", kept},
        {"kept_share", report.mask.keptShare()},
        {"strategy", report.settings.strategy},
        {"metric", report.settings.metric},
        {"tau", report.settings.tau},
        {"anchored", report.settings.anchored},
        {"seed", report.settings.seed},
        {"mask", report.mask.toBase64()},
        {"times_ms", std::move(times)},
        {"flops",
         {{"shape", shape.name},
          {"text_tokens", textTokens},
          {"full", promptFlops(shape, full, textTokens).total()},
          {"pruned", promptFlops(shape, pruned, textTokens).total()}}},
    };
    if (report.settings.skipRatio)
        object["skip_ratio"] = *report.settings.skipRatio;
    if (report.settings.even)
        object["even"] = true;
    return object;
}

} // namespace prunescope
