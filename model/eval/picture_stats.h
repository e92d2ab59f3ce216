#pragma once

#include "core/pruning/prune_plan.h"
#include "core/resize/resize.h"
#include "model/datasets/question_set.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// Pictures that are looked at without a model: those of a folder or of a question set. Any thread.
class PictureSource {
public:
    virtual ~PictureSource() = default;
    virtual std::string name() const = 0;
    /// Groups of pictures; at least one.
    virtual std::int64_t size() const = 0;
    /// Reads group `index`. Throws Error(NotFound) or Error(BadFile).
    virtual std::vector<SetPicture> at(std::int64_t index) const = 0;
    /// Whether the same picture may stand in several groups and counts once.
    virtual bool repeats() const { return false; }
};

/// The pictures of a folder and the folders in it, in the order of their paths. Throws Error(NotFound) without any.
std::unique_ptr<PictureSource> openPictureFolder(const std::string& folder);
/// The pictures of a question set.
std::unique_ptr<PictureSource> openPictureSet(std::unique_ptr<QuestionSet> set);

/// What is said of one picture.
struct PictureStats {
    std::string name;
    std::string identity; ///< `pictureIdentity`, of sources that repeat
    Size size;
    Size seen;
    std::int64_t blocks = 0;
    std::int64_t kept = 0;
    std::int64_t unique = 0; ///< `uniqueBlocks`
};

/// What is said of all pictures of a source.
struct SourceStats {
    std::string source;
    std::string method;                 ///< text of the stage
    std::vector<PictureStats> pictures; ///< distinct ones, in order
    std::vector<SkippedRow> skipped;    ///< that could not be read or shown
    double seconds = 0;

    std::int64_t blocks() const;
    std::int64_t kept() const;
    std::int64_t unique() const;
    /// Share of blocks whose content occurs more than once in their picture.
    double duplicateRatio() const;
};

/// Reads, resizes and masks every picture, several at a time on as many threads as `maxWorkers` says; holds one in
/// memory for each. `stage` looks at pixels. `onGroup` is called with the number of groups done, from one thread at a
/// time. Throws Error(Usage) for a stage that this can't do.
SourceStats pictureStats(const PictureSource& source, const PruneStage& stage, const PixelLimits& limits, bool resize,
                         const std::function<void(std::int64_t done)>& onGroup);

/// `{set, method, pictures, width: {mean, least, most}, height, resized_width, resized_height, blocks, kept,
/// kept_share, unique, duplicate_ratio, blocks_per_picture, seconds, pictures_per_second, skipped: [{row, reason}],
/// images: [{image, width, height, resized, blocks, kept, unique}]}`.
nlohmann::ordered_json toJson(const SourceStats& stats);

} // namespace prunescope::model
