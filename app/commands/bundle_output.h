#pragma once

#include "app/commands/interrupt.h"
#include "core/records/interaction_record.h"
#include "model/api/engine.h"
#include "model/values/asked_part.h"
#include "model/values/load_options.h"

#include <memory>
#include <string>

namespace prunescope::app {

/// Whether this build can.
inline constexpr bool kWritesBundles = PRUNESCOPE_HAS_BUNDLES;

/// A question that was answered.
struct AnsweredQuestion {
    const model::Request& request;
    const model::AskedPart& part;
    const model::Answer& answer;
    const InteractionRecord& record;
};

/// Writes the bundle of a question. `engine` is what answered, loaded with `load`; where it is not in float32 it gives
/// way to one that is. Says on standard error where there was no memory for that. Throws Error, in a build that can't
/// Error(Unsupported).
void writeBundleOf(const AnsweredQuestion& asked, std::unique_ptr<model::Engine> engine, model::LoadOptions load,
                   const std::string& path, const Interrupt& interrupt);

} // namespace prunescope::app
