#include "model/decode/token_step.h"

#include "model/decode/cpu_token_step.h"

namespace prunescope::model {

std::unique_ptr<TokenStep> makeCudaTokenStep(const LanguageWeights& weights);

std::unique_ptr<TokenStep> makeTokenStep(const LanguageWeights& weights) {
    return weights.options.device().is_cpu() ? makeCpuTokenStep(weights) : makeCudaTokenStep(weights);
}

} // namespace prunescope::model
