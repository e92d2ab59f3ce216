#pragma once

#include "core/kernels/block_distance.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace prunescope {

/// A distance between two blocks of bytes, three a pixel (pixelprune spec 2.4 and 4). All arithmetic is in integers, so
/// that `dist <= tau` has no ties that rounding could decide.
struct MetricEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< one line for people
    /// Reduction of samples to raw distances; kernels/block_distance.h computes them.
    Reduction reduction;
    /// Largest raw distance of blocks of so many `samples` that still counts as the same at `tau` in [0,1] sample
    /// units.
    std::uint32_t (*bound)(double tau, int samples);
    /// Whether tau changes anything.
    bool readsTau() const { return bound(1.0, 1) > 0; }
};

/// All metrics, in the order in which people see them.
std::span<const MetricEntry> metrics();

/// Throws Error(Usage) that lists the names.
const MetricEntry& findMetric(std::string_view name);

/// A raw distance of blocks of so many `samples` in sample units [0,1], comparable with tau.
double inSampleUnits(Reduction reduction, std::uint32_t raw, int samples);

} // namespace prunescope
