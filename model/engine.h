#pragma once

#include "model/values/answer.h"
#include "model/values/request.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace prunescope::model {

/// Most threads that can be asked for.
inline constexpr int kMaxThreads = 4096;

struct LoadOptions {
    std::string folder;             ///< a Hugging Face model folder
    std::string device = "auto";    ///< auto, cpu, cuda:N
    std::string dtype = "auto";     ///< auto, float32, bfloat16
    std::string weights = "native"; ///< native, int8, int4 (weight_format.h)
    int threads = 0;                ///< 0: as many as there are cores
};

struct ModelInfo {
    std::string name;
    std::string folder;
    std::string device;
    std::string dtype;
    std::string weights; ///< as in LoadOptions
    ModelShape shape;
    PixelLimits limits;
    Decoding sampling; ///< generation_config.json, for `Decoding::sample`
    std::int64_t parameters = 0;
    std::int64_t weightBytes = 0; ///< that they take in memory
    int maxPositions = 0;
};

/// What happens while an answer is made. Called on the thread that called `answer`.
struct AnswerEvents {
    std::function<void(std::string_view)> onText;  ///< the next piece of the answer, whole UTF-8 characters
    std::function<void(std::string_view)> onStage; ///< the stage that begins now (names of core/base/stage_times.h)
};

/// `fraction` in [0,1] of the weights read.
using LoadProgress = std::function<void(double fraction)>;

/// A loaded vision-language model; the one door into model/.
class Engine {
public:
    virtual ~Engine() = default;
    virtual const ModelInfo& info() const = 0;
    /// Not thread-safe: one call at a time. When `stop` is requested, returns within one token with what there is so
    /// far (FinishReason::Cancelled). Throws Error; the engine stays usable.
    virtual Answer answer(const Request& request, const AnswerEvents& events, std::stop_token stop) = 0;
};

/// Reads config.json, tokenizer.json and *.safetensors of `options.folder`. Throws Error(NotFound), Error(BadFile) or
/// Error(Unsupported); the message names the file and the tensor. Throws Error(Cancelled) soon after `stop` is
/// requested.
std::unique_ptr<Engine> loadEngine(const LoadOptions& options, const LoadProgress& progress = {},
                                   std::stop_token stop = {});

} // namespace prunescope::model
