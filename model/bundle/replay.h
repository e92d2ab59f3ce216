#pragma once

#include "model/api/engine.h"
#include "model/bundle/bundle.h"

#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// The first block by which two masks differ.
struct MaskDifference {
    std::size_t picture = 0;
    std::string grids; ///< "3 x 4 blocks recorded, 3 x 5 found", where it is not a block; the rest then says nothing
    int row = 0, col = 0;
    bool recorded = false; ///< kept
};

/// The first token by which two answers differ; nothing where one has ended.
struct TokenDifference {
    std::size_t index = 0;
    std::optional<std::int64_t> recorded, found;
};

/// What came of an interaction that was run again.
struct Replay {
    std::int64_t kept = 0, blocks = 0;    ///< that were recorded, over all pictures
    std::optional<MaskDifference> mask;   ///< nothing: equal to the bit
    std::optional<std::size_t> tokens;    ///< so many were recorded and compared; nothing: none were
    std::optional<TokenDifference> token; ///< nothing: equal
    std::string whyNoTokens;              ///< where none were compared

    bool holds() const { return !mask && !token; }
};

/// Makes the masks of a bundle again, from its pictures and its plan; no model is needed. `name` is used in messages.
/// Throws Error(BadFile) where its pictures, its plan and its masks do not go together.
Replay replayMasks(const Bundle& bundle, const std::string& name);

/// Answers again with an engine in float32 of the same model, and compares the tokens, and the masks that it made for
/// them, with the recorded ones. Throws as `replayMasks` and `Engine::answer`.
Replay replayAnswer(const Bundle& bundle, const std::string& name, Engine& engine, std::stop_token stop);

} // namespace prunescope::model
