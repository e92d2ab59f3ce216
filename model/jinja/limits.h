#pragma once

#include <cstddef>
#include <cstdint>

namespace prunescope::model::jinja {

/// How much a template may do. Published ones stay a hundred times below all of it.
struct Limits {
    std::int64_t steps = 20'000'000;               ///< parts evaluated, items made, and 64 bytes of text each
    int nesting = 700;                             ///< parts inside parts while rendering, macros included
    std::size_t textBytes = std::size_t{64} << 20; ///< of one string, and of the rendered text
    std::int64_t rangeLength = 100'000;            ///< as the reference's sandbox has it
};

/// Deepest nesting of lists and objects, of the data or made by a template.
inline constexpr int kDeepestValue = 200;
/// Deepest nesting of a template itself.
inline constexpr int kDeepestSyntax = 150;
/// Longest template: published ones have 1 to 20 kB.
inline constexpr std::size_t kLargestTemplate = std::size_t{1} << 20;

} // namespace prunescope::model::jinja
