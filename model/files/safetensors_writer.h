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

/// Writes a safetensors file whole or not at all (core/base/output_file.h). Throws Error(WriteFailed) that names the
/// file and says why (full disk, no permission).
void writeSafetensors(const std::string& path, const std::vector<TensorToWrite>& tensors);

} // namespace prunescope::model
