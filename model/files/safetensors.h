#pragma once

#include "model/files/mapped_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// One tensor of a file, as stored: little-endian, row-major.
struct StoredTensor {
    std::string dtype; ///< as in the header: F32, BF16, ...
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;

    std::int64_t values() const; ///< numbers it holds
};

/// A safetensors file (qwen3-vl spec 2.2), mapped into memory. Immutable; any thread.
class SafetensorsFile {
public:
    /// Checks the whole header: sizes, ranges, overlaps. Throws Error(NotFound) or Error(BadFile) that names the file
    /// and, where there is one, the tensor.
    static std::shared_ptr<const SafetensorsFile> open(const std::string& path);

    const std::string& path() const { return m_file->path(); }
    const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return m_tensors; }
    /// nullptr when there is no such tensor.
    const StoredTensor* find(std::string_view name) const;
    /// Keeps the bytes alive.
    std::shared_ptr<const MappedFile> mapping() const { return m_file; }

private:
    explicit SafetensorsFile(std::shared_ptr<const MappedFile> file) : m_file(std::move(file)) {}

    std::shared_ptr<const MappedFile> m_file;
    std::map<std::string, StoredTensor, std::less<>> m_tensors;
};

/// "[2, 3]"
std::string shapeText(std::span<const std::int64_t> shape);

} // namespace prunescope::model
