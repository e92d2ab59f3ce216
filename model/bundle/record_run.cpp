#include "model/bundle/record_run.h"

#include "core/base/error.h"

namespace prunescope::model {

bool isFloat32(const Answer& answer) {
    return answer.dtype == "float32" && !answer.reuse.any();
}

std::vector<std::int64_t> float32Tokens(Engine& engine, const Request& request, std::stop_token stop) {
    Request anew = request;
    anew.reuse = false;
    const Answer answer = engine.answer(anew, {}, std::move(stop));
    if (answer.finishReason == FinishReason::Cancelled)
        throw Error(ErrorKind::Cancelled, "stopped");
    return answer.tokenIds;
}

Float32Run float32Run(const Request& request, const Answer& answer, const Float32Engine& load, std::stop_token stop) {
    if (isFloat32(answer))
        return {answer.tokenIds, {}};
    try {
        const std::unique_ptr<Engine> engine = load();
        return {float32Tokens(*engine, request, std::move(stop)), {}};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::OutOfMemory)
            throw;
        return {{}, error.what()};
    }
}

} // namespace prunescope::model
