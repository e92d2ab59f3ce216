#pragma once

#include "model/files/checkpoint.h"

#include <ATen/ATen.h>
#include <string>

namespace prunescope::model {

/// A stored tensor as it lies in the file, on the CPU and without a copy where its numbers are aligned. Throws
/// Error(Unsupported) for a type that weights don't have.
at::Tensor mappedTensor(const TensorPlace& place, const std::string& where);

/// Throws Error(BadFile): `part` does not fit to a weight.
[[noreturn]] void refusePart(const StoredWeight& weight, const TensorPlace& part, const std::string& expected);

/// The scales of a weight in float32, as a grid of rows and columns. Throws as `refusePart`.
at::Tensor scaleGrid(const StoredWeight& weight);

/// Numbers along one axis that share a scale, where `count` scales are for `whole` numbers. Throws as `refusePart`.
std::int64_t scaleSide(const StoredWeight& weight, std::int64_t whole, std::int64_t count);

inline std::int64_t parts(std::int64_t whole, std::int64_t size) {
    return (whole + size - 1) / size;
}

} // namespace prunescope::model
