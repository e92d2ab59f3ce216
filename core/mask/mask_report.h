#pragma once

#include "core/base/stage_times.h"
#include "core/blocks/keep_mask.h"
#include "core/cost/cost_model.h"
#include "core/pruning/make_mask.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope {

/// What was done to one picture: the "mask object" of the command line and the log.
struct MaskReport {
    std::string image; ///< name or path
    Size original;
    MethodSettings settings;
    KeepMask mask;    ///< its grid gives the resized size
    StageTimes times; ///< read_image, resize, select
};

/// `{image, width, height, resized, rows, cols, blocks, kept, kept_share, strategy, metric, tau, anchored, seed, mask,
/// times_ms, flops}`; flops for `shape` with `textTokens` of text.
nlohmann::json toJson(const MaskReport& report, const ModelShape& shape, int textTokens = 64);

/// Inverse of `toJson`; what follows from the rest of the object, kept_share and flops, is not read. Throws
/// Error(BadFile) that names the field, what was found and what was expected: one is missing or of the wrong type, too
/// large, or contradicts another.
MaskReport maskReportFromJson(const nlohmann::json& object);
/// As above, for the text of a mask object.
MaskReport parseMaskJson(const std::string& text);

} // namespace prunescope
