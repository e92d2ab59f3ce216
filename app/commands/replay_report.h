#pragma once

#include "model/bundle/replay.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::app {

/// What came of one bundle.
struct ReplayedBundle {
    std::string path;
    model::Replay replay;
    std::string error; ///< why it could not be run again, one line; empty: it was

    bool holds() const { return error.empty() && replay.holds(); }
    bool differs() const { return error.empty() && !replay.holds(); }
};

/// "a.zip: masks equal (135 of 510 blocks kept), 12 float32 tokens equal", a line.
std::string replayLine(const ReplayedBundle& bundle);
/// "50 bundles: 48 equal, 1 differs, 1 could not be run again", a line.
std::string replaySummary(const std::vector<ReplayedBundle>& bundles);

/// `{equal, bundles: [{bundle, equal, masks: {equal, kept, blocks, difference}, float32: {equal, tokens, difference,
/// missing}, error}]}`.
nlohmann::json replayJson(const std::vector<ReplayedBundle>& bundles);

} // namespace prunescope::app
