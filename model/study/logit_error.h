#pragma once

namespace prunescope::model {

/// Error of the logits of one set of weights against those of another.
struct LogitError {
    double relativeL2 = 0; ///< after the prompt: |found - expected| / |expected|
    bool firstTokenAgrees = false;
    double tokensAgree = 0; ///< share of the compared tokens
    int tokens = 0;         ///< compared, the first one too
};

} // namespace prunescope::model
