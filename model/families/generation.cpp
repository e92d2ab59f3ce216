#include "model/families/generation.h"

#include "core/base/json_fields.h"

namespace prunescope::model {

namespace {

constexpr std::int64_t kMaxId = 1 << 30;

} // namespace

GenerationConfig readGeneration(const ModelTexts& texts) {
    GenerationConfig generation;
    if (!texts.generation)
        return generation;
    const JsonFields fields(texts.generation->json, texts.generation->where);
    generation.endTokens = fields.integers("eos_token_id", 0, kMaxId, {});
    Decoding& sampling = generation.sampling;
    sampling.sample = true;
    sampling.temperature = fields.number("temperature", 0, 100, 1.0);
    sampling.topP = fields.number("top_p", 1e-6, 1, 1.0);
    sampling.topK = static_cast<int>(fields.integer("top_k", 0, kMaxId, 0));
    sampling.repetitionPenalty = fields.number("repetition_penalty", 0.01, 100, 1.0);
    return generation;
}

} // namespace prunescope::model
