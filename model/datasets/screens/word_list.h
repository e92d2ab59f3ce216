#pragma once

#include <span>
#include <string_view>

namespace prunescope::model {

/// Lower-case words of labels, the most common first.
std::span<const std::string_view> labelWords();
/// Names of people, places and goods, as written.
std::span<const std::string_view> firstNames();
std::span<const std::string_view> lastNames();
std::span<const std::string_view> cityNames();
std::span<const std::string_view> productNames();

} // namespace prunescope::model
