#pragma once

#include "core/base/stage_times.h"
#include "core/blocks/keep_mask.h"
#include "core/pruning/make_mask.h"
#include "core/report/cost_model.h"
#include "core/resize/picture_views.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope {

/// Report on the mask of one image: the "mask object" of the command line and the log.
struct MaskReport {
    std::string image; ///< name or path
    Size original;
    MethodSettings settings;
    KeepMask mask;                               ///< its grid gives the resized size
    StageTimes times;                            ///< read_image, resize, select
    bool decodedOnWhite = false;                 ///< the file had transparency, which was put on white
    std::optional<BudgetFit> fit = std::nullopt; ///< where the mask was chosen under a token budget
    std::vector<PictureView> views = {};         ///< parts of the image that the blocks show; empty: all of it at once

    BlockChoice choice() const { return {mask, fit}; }
};

/// `{image, width, height, resized, rows, cols, blocks, kept, kept_share, strategy, metric, tau, anchored, seed, mask,
/// times_ms, flops}`, `options` of the method where some are set, `budget` where one was met, `decoded_on_white: true`
/// where that was done, `views` where blocks show parts of the image: `[{seen, source}]`, each `[left, top, right,
/// bottom]` in the resized picture and in the image; flops for `shape` with `textTokens` of text.
nlohmann::json toJson(const MaskReport& report, const ModelShape& shape, int textTokens = 64);

/// Inverse of `toJson`; what follows from the rest of the object, kept_share and flops, is not read. The side of a
/// block is that of `resized` and `cols`; of its patches the object says nothing: it gets two by two where its side is
/// even, as the families have it, else one. Throws Error(BadFile) that names the field, what was found and what was
/// expected: one is missing or of the wrong type, too large, or contradicts another.
MaskReport maskReportFromJson(const nlohmann::json& object);
/// Parses the text of a mask object; otherwise as `maskReportFromJson`.
MaskReport parseMaskJson(const std::string& text);

} // namespace prunescope
