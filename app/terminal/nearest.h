#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::app {

/// The name that somebody who typed `word` most likely meant; empty when none is close.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

} // namespace prunescope::app
