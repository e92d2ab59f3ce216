#pragma once

#include "core/base/json_fields.h"

#include <string_view>

namespace prunescope::model {

/// Why a model type that is near one of a family can't be read, in words; empty for all others.
std::string_view whyNot(std::string_view modelType);

/// Throws Error(Unsupported) for models whose config.json names a family, but that answer with vectors or scores: those
/// for embeddings and rerankers. Some say so in `architectures`. The published Qwen3-VL-Embedding and -Reranker do not,
/// config.json is that of Qwen3-VL; there the files of sentence-transformers beside it tell, or the folder's name.
void refuseWithoutWords(const JsonFields& config);

} // namespace prunescope::model
