#pragma once

#include <functional>
#include <string>

namespace prunescope::model {

/// Largest number of threads that can be asked for.
inline constexpr int kMaxThreads = 4096;

/// Options that a model is loaded with.
struct LoadOptions {
    std::string folder;             ///< a Hugging Face model folder, or that of an adapter, whose base is looked for
    std::string device = "auto";    ///< auto, cpu, cuda:N
    std::string dtype = "auto";     ///< auto, float32, bfloat16
    std::string weights = "native"; ///< native, int8, int4 (weight_format.h)
    int threads = 0;                ///< 0: as many as there are cores
    std::string adapter = {}; ///< folder of a LoRA adapter; empty: none but one in `folder`; "none": not even that
};

/// `fraction` in [0,1] of the weights read.
using LoadProgress = std::function<void(double fraction)>;

} // namespace prunescope::model
