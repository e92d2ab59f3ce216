#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace prunescope {

/// A distance between two 32x32x3 blocks of bytes (pixelprune spec 2.4 and 4). All arithmetic is in integers, so that
/// `dist <= tau` has no ties that rounding could decide.
struct MetricEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< one line for people
    /// Largest raw distance that still counts as the same at `tau` in [0,1] sample units.
    std::uint32_t (*bound)(double tau);
    /// Raw distance: largest, summed or summed squared difference of bytes. Rows are `stride` bytes apart.
    std::uint32_t (*distance)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride);
    /// distance(a, b) <= bound, stopping as early as it is decided.
    bool (*within)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t bound);
};

/// All metrics, in the order in which people see them.
std::span<const MetricEntry> metrics();

/// Throws Error(Usage) that lists the names.
const MetricEntry& findMetric(std::string_view name);

} // namespace prunescope
