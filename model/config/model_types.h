#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace prunescope::model {

/// `model_type` of every family that can be loaded, in the order of families(): for those who only look at a folder and
/// need no network.
inline constexpr std::array<std::string_view, 1> kModelTypes{"qwen3_vl"};

inline bool isKnownModelType(std::string_view modelType) {
    return std::find(kModelTypes.begin(), kModelTypes.end(), modelType) != kModelTypes.end();
}

} // namespace prunescope::model
