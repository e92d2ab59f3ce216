#include "app/reports/mask_findings.h"

#include "app/reports/report_facts.h"
#include "core/base/format.h"
#include "model/values/asked_part.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace prunescope::app {

namespace {

constexpr int kBytesPerWeight = 2;

/// From the resized picture to the original, to whole pixels outwards.
std::array<int, 4> onOriginal(PixelRect area, Size resized, Size original) {
    const double across = static_cast<double>(original.width) / resized.width;
    const double down = static_cast<double>(original.height) / resized.height;
    const int left = static_cast<int>(std::floor(area.x * across)), top = static_cast<int>(std::floor(area.y * down));
    return {left, top, static_cast<int>(std::ceil(area.right() * across)) - left,
            static_cast<int>(std::ceil(area.bottom() * down)) - top};
}

std::string lossText(const Reconstruction& reconstruction) {
    const std::string worst = "worst error of a block " + formatNonZero(reconstruction.errors.worst, 4);
    return worst +
           (reconstruction.bounded ? ", never above " + formatNonZero(reconstruction.limit, 4) : ", not bounded");
}

std::string changesText(const Since& since) {
    const std::size_t places = since.changes.areas.size();
    if (places == 0)
        return "nothing since " + since.image;
    return formatCount(since.changes.blocks.keptCount()) + " of " +
           formatCounted(since.changes.blocks.count(), "block") + " in " +
           formatCounted(static_cast<std::int64_t>(places), "place") + " since " + since.image;
}

} // namespace

CostFloor MaskFindings::floor() const {
    const std::array patches{report.mask.keptPatchCount()};
    return costFloor(shape, promptFlops(shape, patches, textTokens), report.mask.keptCount() + textTokens,
                     speed.value(), readBytes(shape, kBytesPerWeight));
}

nlohmann::json toJson(const MaskFindings& findings) {
    nlohmann::json json = toJson(findings.report, findings.shape, findings.textTokens);
    model::addTo(json, {{}, model::RegionUse::Crop, findings.redacted});
    if (findings.advice)
        json["advice"] = toJson(*findings.advice);
    if (findings.reconstruction)
        json["reconstruction"] = {{"worst_error", findings.reconstruction->errors.worst},
                                  {"bounded", findings.reconstruction->bounded}};
    if (findings.since) {
        nlohmann::json areas = nlohmann::json::array();
        for (const PixelRect& area : findings.since->changes.areas)
            areas.push_back(onOriginal(area, findings.since->resized, findings.report.original));
        json["changes"] = {{"since", findings.since->image},
                           {"blocks", findings.since->changes.blocks.keptCount()},
                           {"mask", findings.since->changes.blocks.toBase64()},
                           {"areas", std::move(areas)}};
    }
    if (findings.speed) {
        const CostFloor floor = findings.floor();
        json["floor_ms"] = {
            {"vit", floor.vitMs}, {"prefill", floor.prefillMs}, {"decode_per_token", floor.decodePerTokenMs}};
    }
    return json;
}

Facts toFacts(const MaskFindings& findings) {
    Facts facts = maskFacts(findings.report, findings.shape, findings.textTokens);
    if (const auto parts = static_cast<std::int64_t>(findings.redacted.size()); parts > 0)
        facts.emplace_back("redacted", formatCounted(parts, "part"));
    if (findings.advice)
        facts.emplace_back("advice", findings.advice->text);
    if (findings.reconstruction)
        facts.emplace_back("restored", lossText(*findings.reconstruction));
    if (findings.since)
        facts.emplace_back("changed", changesText(*findings.since));
    if (findings.speed) {
        const CostFloor floor = findings.floor();
        facts.emplace_back("floor", "vit " + formatMs(floor.vitMs) + ", prefill " + formatMs(floor.prefillMs) + ", " +
                                        formatMs(floor.decodePerTokenMs) + " a token");
    }
    return facts;
}

} // namespace prunescope::app
