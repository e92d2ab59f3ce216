#pragma once

#include "model/api/engine.h"
#include "model/bundle/bundle.h"

namespace prunescope::model {

/// Whether the tokens of an answer are those of its request in float32, with everything computed for it.
bool isFloat32(const Answer& answer);

/// The ids of the tokens that an engine in float32 answers with. As `Engine::answer` otherwise; throws
/// Error(Cancelled).
std::vector<std::int64_t> float32Tokens(Engine& engine, const Request& request, std::stop_token stop);

/// Gives an engine in float32 for as long as it is held. Throws as loading does.
using Float32Engine = std::function<std::unique_ptr<Engine>()>;

/// The float32 run of a bundle: `answer` itself where it is one, else another one by the engine of `load`. Where there
/// is no memory for that the run says so. Throws as `load` and `float32Tokens` do for everything else.
Float32Run float32Run(const Request& request, const Answer& answer, const Float32Engine& load, std::stop_token stop);

} // namespace prunescope::model
