#pragma once

#include "core/image/geometry.h"
#include "model/values/answer.h"

namespace prunescope::model {

/// How much of a place that an answer names the model has seen: blocks that were dropped before the encoder it has not.
struct BoxSight {
    int blocks = 0;  ///< that the place touches
    int dropped = 0; ///< of them
    /// All dropped ones equal what a decoder makes of kept ones: tau = 0.
    bool isLossless = false;

    bool isMostlyUnseen() const { return 2 * dropped > blocks; }
};

/// The sight of a place in an answer. `shown`: the part of the picture that the model was shown, in pixels of the
/// picture. Of plans that drop nothing before the encoder, and of places outside, nothing is dropped.
BoxSight sightOf(const Answer& answer, const Region& region, PixelRect shown);

} // namespace prunescope::model
