#include "model/api/engine.h"

#include "core/base/error.h"

namespace prunescope::model {

std::vector<float> Engine::firstLogits(const Request&, std::stop_token) {
    throw Error(ErrorKind::Unsupported, info().name + " shows no logits, expected a model that runs in this program");
}

} // namespace prunescope::model
