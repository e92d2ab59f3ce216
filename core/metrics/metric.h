#pragma once

#include "core/kernels/block_distance.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace prunescope {

/// A distance between two 32x32x3 blocks of bytes (pixelprune spec 2.4 and 4). All arithmetic is in integers, so that
/// `dist <= tau` has no ties that rounding could decide.
struct MetricEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< one line for people
    /// How raw distances are made of samples; kernels/block_distance.h computes them.
    Reduction reduction;
    /// Largest raw distance that still counts as the same at `tau` in [0,1] sample units.
    std::uint32_t (*bound)(double tau);
    /// Does tau change anything?
    bool readsTau() const { return bound(1.0) > 0; }
};

/// All metrics, in the order in which people see them.
std::span<const MetricEntry> metrics();

/// Throws Error(Usage) that lists the names.
const MetricEntry& findMetric(std::string_view name);

/// A raw distance in sample units [0,1], comparable with tau.
double inSampleUnits(Reduction reduction, std::uint32_t raw);

} // namespace prunescope
