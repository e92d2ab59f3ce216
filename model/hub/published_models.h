#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace prunescope::model {

/// A model that its makers publish on the hub and that this program runs.
struct PublishedModel {
    std::string_view name;       ///< as on the hub
    std::int64_t sizeBytes = 0;  ///< of the download, about
    std::string_view parameters; ///< for people
};

/// Smallest first.
inline constexpr std::array kPublishedModels{
    PublishedModel{"Qwen/Qwen3-VL-2B-Instruct", 4'300'000'000, "2B"},
    PublishedModel{"Qwen/Qwen3-VL-4B-Instruct", 8'900'000'000, "4B"},
    PublishedModel{"Qwen/Qwen3-VL-8B-Instruct", 17'500'000'000, "8B"},
};

} // namespace prunescope::model
