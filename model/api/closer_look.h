#pragma once

#include "core/resize/resize.h"
#include "model/api/answer_events.h"
#include "model/values/answer.h"
#include "model/values/request.h"

#include <functional>
#include <stop_token>
#include <string>

namespace prunescope::model {

class Engine;

/// A second question to a model about the part of a picture around the place that its first answer names, as models
/// that find things on screens are asked: on a part, a small thing is a larger share of what they see, coordinates are
/// finer, and a picture that was made smaller for them is seen as it is. The request is the first one but for the part
/// (`ImageInput::region`); where there are other pictures they are shown as before, since the question may be about
/// them too.
struct CloserLook {
    Request request;
    int picture = 0; ///< the one that is looked at, and the part of it, in its pixels
    PixelRect part;
    std::string whyNot; ///< why a second look is of no use, one line; empty where it is
};

/// The look that follows `first`, which answered `request`; `limits` are the model's. The part is kPartShare of the
/// first one or kPartFactor times the region, whichever is more, on each side; in whole blocks of the model, around the
/// middle of the region and inside what was shown. There is none where the answer names no place, was stopped, or where
/// that part is all that was shown.
CloserLook closerLook(const Request& request, const Answer& first, const PixelLimits& limits);

inline constexpr double kPartShare = 0.5;
inline constexpr double kPartFactor = 2;

/// The answer of two looks: that of the second where it names a place, else of the first, with both in `looks`. A
/// second one that was stopped makes it FinishReason::Cancelled.
Answer joinLooks(const Request& request, Answer first, const CloserLook& look, Answer second);

/// Takes the whole answer of each look, the first one before the second is asked.
using LookDone = std::function<void(const Answer& look)>;

/// Asks twice: the request, then `closerLook`, where there is one; else `Answer::whyOneLook` says why. Events are those
/// of both looks, one after the other. Otherwise as `Engine::answer`.
Answer zoomedAnswer(Engine& engine, const Request& request, const AnswerEvents& events, std::stop_token stop,
                    const LookDone& onLook = {});

} // namespace prunescope::model
