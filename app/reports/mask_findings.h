#pragma once

#include "app/terminal/console.h"
#include "core/report/advice.h"
#include "core/report/changes.h"
#include "core/report/cost_model.h"
#include "core/report/error_map.h"
#include "core/report/mask_report.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::app {

/// Differences from an earlier picture.
struct Since {
    std::string image;
    Changes changes;
    Size resized; ///< the picture that `changes.areas` lie on
};

/// A mask with everything else that was asked about its picture.
struct MaskFindings {
    MaskReport report;
    ModelShape shape;
    int textTokens = 64;
    std::optional<Advice> advice;
    std::optional<Reconstruction> reconstruction;
    std::optional<Since> since;
    std::vector<PixelRect> redacted;   ///< parts of the picture that were black
    std::optional<MachineSpeed> speed; ///< of the machine whose least times are wanted

    /// Lower bounds of times at `speed`, with weights of two bytes.
    CostFloor floor() const;
};

/// The mask object, with `advice: {kind, text, tau}`, `reconstruction: {worst_error, bounded}`, `changes: {since,
/// blocks, mask, areas}` (areas: x, y, width, height in pixels of the original picture), `redacted` (likewise) and
/// `floor_ms: {vit, prefill, decode_per_token}` where they are known.
nlohmann::json toJson(const MaskFindings& findings);

/// Facts of a mask for people.
Facts toFacts(const MaskFindings& findings);

} // namespace prunescope::app
