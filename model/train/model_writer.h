#pragma once

#include "model/train/parameters.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace prunescope::model::train {

/// Writes a Hugging Face model folder: config.json, shards of bfloat16 of at most `shardBytes` with their index, and
/// the tokenizer's and processor's files of `companions`. The auxiliary OCR heads are left out, adapters merged. Throws
/// Error(WriteFailed); a folder that is there is replaced file by file, the index last.
void writeModelFolder(const std::string& folder, const nlohmann::json& config, const ParameterSet& parameters,
                      const std::string& companions, std::int64_t shardBytes = std::int64_t{15} << 20);

} // namespace prunescope::model::train
