#pragma once

#include <string>
#include <vector>

namespace prunescope::model {

/// Format in which the matrices of a model are kept in memory. All but Native are made while a model is loaded.
enum class WeightFormat {
    Native, ///< in the numbers that the model calculates with
    Int8,   ///< 8 bits a weight
    Int4,   ///< 4 bits in the language layers, where most weights are; 8 in the encoder, the embedding and the head
};

/// Name of a format: "native", "int8", "int4".
const char* toText(WeightFormat format);
std::vector<std::string> weightFormatNames();
/// Throws Error(Usage) that lists the names.
WeightFormat parseWeightFormat(const std::string& text);

} // namespace prunescope::model
