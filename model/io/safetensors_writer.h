#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace prunescope::model {

/// A tensor to be written: little-endian, row-major.
struct TensorToWrite {
    std::string name;
    std::string dtype; ///< as in the header: F32, BF16, I64, ...
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes a safetensors file whole or not at all: beside `path` first, then renamed. Throws Error(WriteFailed) that
/// names the file and says why (full disk, no permission).
void writeSafetensors(const std::string& path, const std::vector<TensorToWrite>& tensors);

/// Writes a small text file in the same way.
void writeWholeFile(const std::string& path, const std::string& text);

} // namespace prunescope::model
