#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// Cosines as all methods here compare tokens by: a row of no length has cosine 0 with everything, and what is above
/// 1 - 1e-6 counts as 1, as rounding would order equal blocks (uniprune spec 0). Decided in float32.

/// `rows` [n, width] in float32, each divided by its length or by 1e-12, whichever is more; on the same device.
at::Tensor unitRows(const at::Tensor& rows);

/// Cosines of rows of unit length, [n, width] and [m, width] -> [n, m] on their device. Never NaN.
at::Tensor cosines(const at::Tensor& units, const at::Tensor& others);

/// Products of rows of unit length as cosines.
at::Tensor settledCosines(const at::Tensor& products);

/// Cosines of each two of `rows`, [n, width] -> [n, n] on the host, symmetric to the bit. Never NaN.
at::Tensor cosineTable(const at::Tensor& rows);

/// The `count` numbers of `row` [n] that are largest, less that of `self`: their indices by falling number, of equal
/// ones the smaller index first. Fewer where there are not so many.
std::vector<std::int64_t> closest(const float* row, std::int64_t n, std::int64_t self, std::int64_t count);

} // namespace prunescope::model
