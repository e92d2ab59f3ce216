#include "model/decode/token_step.h"

namespace prunescope::model {

std::unique_ptr<TokenStep> makeCpuTokenStep(const TextWeights&) {
    return nullptr;
}

} // namespace prunescope::model
