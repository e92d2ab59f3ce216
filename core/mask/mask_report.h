#pragma once

#include "core/base/stage_times.h"
#include "core/cost/cost_model.h"
#include "core/mask/keep_mask.h"
#include "core/mask/make_mask.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope {

/// What was done to one picture: the "mask object" of the command line and the log.
struct MaskReport {
    std::string image; ///< name or path
    Size original;
    MaskSettings settings;
    KeepMask mask;    ///< its grid gives the resized size
    StageTimes times; ///< read_image, resize, select
};

/// `{image, width, height, resized, rows, cols, blocks, kept, kept_share, strategy, metric, tau, anchored, seed, mask,
/// times_ms, flops}`; flops for `shape` with `textTokens` of text.
nlohmann::json toJson(const MaskReport& report, const ModelShape& shape, int textTokens = 64);

} // namespace prunescope
