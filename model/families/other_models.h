#pragma once

#include "core/base/json_fields.h"

#include <string>
#include <string_view>

namespace prunescope::model {

/// Why a model type that is near one of a family can't be read, in words; empty for all others.
std::string_view whyNot(std::string_view modelType);

/// Throws Error(Unsupported) for models whose config.json names a family, but that answer with vectors or scores: those
/// for embeddings and rerankers. Some say so in `architectures`. The published Qwen3-VL-Embedding and -Reranker do not,
/// config.json is that of Qwen3-VL; there the files of sentence-transformers beside it tell, or the folder's name.
void refuseWithoutWords(const JsonFields& config);

/// The entry of `architectures` where it is the inner model of the family that config.json names: Qwen3VLModel, saved
/// without its head, as `model.model.save_pretrained()` of transformers leaves it. Empty for all others.
std::string innerModel(const JsonFields& config);

} // namespace prunescope::model
