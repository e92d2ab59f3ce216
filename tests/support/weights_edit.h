#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace prunescope::test {

/// Lets `change` work on the header of a safetensors file; the data after it stay as they are.
void editHeader(const std::filesystem::path& file, const std::function<void(nlohmann::json&)>& change);

/// Overwrites one float32 value of a tensor.
void setValue(const std::filesystem::path& file, const std::string& tensor, std::size_t index, float value);

/// The shape of a float32 tensor.
std::vector<std::size_t> shapeOf(const std::filesystem::path& file, const std::string& tensor);

/// Gives a float32 tensor these values, or adds it.
void putTensor(const std::filesystem::path& file, const std::string& tensor, const std::vector<std::size_t>& shape,
               const std::vector<float>& values);

/// A safetensors file of this header text, as it is, and `dataBytes` zeros.
void writeWeights(const std::filesystem::path& file, const std::string& header, std::size_t dataBytes);

} // namespace prunescope::test
