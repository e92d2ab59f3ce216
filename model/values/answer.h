#pragma once

#include "core/base/stage_times.h"
#include "core/report/cost_model.h"
#include "core/report/mask_report.h"
#include "model/values/prune_outcome.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// A place that the answer names.
struct Region {
    enum class Kind { Box, Point };
    Kind kind = Kind::Box;
    std::string label;
    std::vector<double> norm;  ///< thousandths of what the model saw: left, top, right, bottom, or x, y
    std::vector<double> px;    ///< the same in pixels of the original picture
    std::size_t textBegin = 0; ///< bytes of the answer that say it: [textBegin, textEnd)
    std::size_t textEnd = 0;
    int picture = 0; ///< of the request's
};

/// Something in an answer that is written like a place, and that could not be read as one.
struct UnreadPlace {
    std::string why;           ///< a sentence's words: "coordinates 1230, 440, 1410, 520 lie outside 0..1000"
    std::size_t textBegin = 0; ///< bytes of the answer that say it: [textBegin, textEnd)
    std::size_t textEnd = 0;
};

enum class FinishReason { Stop, Length, Cancelled };

struct MemoryUse {
    std::int64_t peakBytes = 0; ///< process (CPU) or device peak
    std::int64_t kvBytes = 0;
    std::int64_t estimatedBytes = 0; ///< what the peak was expected to be, before the prompt ran
    std::int64_t stateBytes = 0;     ///< of layers that remember in states
};

/// Part of a prompt that the prefix cache still had and that has not been computed again.
struct Reuse {
    int promptTokens = 0; ///< keys and values, of the pruned prompt
    int pictures = 0;     ///< features
    bool any() const { return promptTokens > 0 || pictures > 0; }
    /// Whether the times of a prompt of so many tokens are much shorter for it; the opening of a chat alone does not
    /// count.
    bool isNotable(int ofTokens) const { return pictures > 0 || promptTokens > ofTokens / 10; }
    bool operator==(const Reuse&) const = default;
};

/// One of the looks that an answer was found by (model/api/closer_look.h): the first one at all that was shown, the
/// second at a part.
struct Look {
    int picture = 0; ///< of the request's, and the part of it that was seen, in its pixels
    PixelRect part;
    std::string text; ///< of its answer
    std::vector<Region> regions;
    FinishReason finishReason = FinishReason::Stop;
    int promptTokens = 0;
    int promptTokensFull = 0;
    int answerTokens = 0;
    StageTimes times;
};

/// What all looks of an answer have cost together.
struct LookTotals {
    int promptTokens = 0;
    int promptTokensFull = 0;
    int answerTokens = 0;
    double totalMs = 0;
};

/// An answer with everything that is needed to show, log and repeat it.
struct Answer {
    std::string text;             ///< UTF-8
    std::string thought;          ///< what a model that thinks wrote before it
    std::optional<bool> thinking; ///< whether it was to think; unset: it can't
    std::vector<std::int64_t> tokenIds;
    FinishReason finishReason = FinishReason::Stop;
    std::vector<Region> regions;
    std::vector<UnreadPlace> unread;
    int promptTokens = 0;     ///< what the language model saw
    int promptTokensFull = 0; ///< without pruning
    std::vector<MaskReport> images;
    std::string plan;
    PruneOutcome pruning; ///< what every stage of the plan did
    StageTimes times;     ///< of what was computed: see `reuse`
    Reuse reuse;
    MemoryUse memory;
    std::string model;
    std::string adapter; ///< on that model; empty: none
    std::string device;
    std::string dtype;
    std::string weights; ///< native, int8 or int4
    ModelShape shape;
    /// Where a closer look was asked for: the looks in their order. All of the above is of that look which the answer
    /// is from, the last one that names a place.
    std::vector<Look> looks;
    std::string whyOneLook; ///< why there was no second one; empty where there was, or none was asked for
};

/// Over the looks; of an answer without any its own.
LookTotals totalsOf(const Answer& answer);

const char* toText(FinishReason reason);
/// The `ask` object of the command line.
nlohmann::json toJson(const Answer& answer);

} // namespace prunescope::model
