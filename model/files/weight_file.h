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
    std::string dtype; ///< as safetensors call it (F32, BF16, F8_E4M3, ...), or a block format of GGUF (Q4_K, ...)
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;

    std::int64_t values() const; ///< numbers it holds
};

/// A file of named tensors, mapped into memory. Immutable; any thread.
class WeightFile : public std::enable_shared_from_this<WeightFile> {
public:
    using Tensors = std::map<std::string, StoredTensor, std::less<>>;

    WeightFile(std::shared_ptr<const MappedFile> file, Tensors tensors)
        : m_file(std::move(file)), m_tensors(std::move(tensors)) {}

    const std::string& path() const { return m_file->path(); }
    const Tensors& tensors() const { return m_tensors; }
    /// nullptr when there is no such tensor.
    const StoredTensor* find(std::string_view name) const;
    const MappedFile& mapping() const { return *m_file; }
    /// Lets go of the memory that holds a tensor's bytes; they are read again when they are touched.
    void release(const StoredTensor& tensor) const { m_file->release(tensor.bytes); }

private:
    std::shared_ptr<const MappedFile> m_file;
    Tensors m_tensors;
};

/// The files that together hold the weights of a model.
using WeightFiles = std::vector<std::shared_ptr<const WeightFile>>;

/// "[2, 3]"
std::string shapeText(std::span<const std::int64_t> shape);

} // namespace prunescope::model
