#include "model/device/torch_errors.h"

namespace prunescope::model {

std::string firstLine(const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    return text.substr(0, text.find('\n'));
}

bool isOutOfMemory(const c10::Error& error) {
    // LibTorch's CPU allocator throws a plain error; only its text tells.
    return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
           firstLine(error).find("can't allocate memory") != std::string::npos;
}

void rethrow(const c10::Error& error, const std::string& advice) {
    const std::string line = firstLine(error);
    if (isOutOfMemory(error))
        throw Error(ErrorKind::OutOfMemory, "not enough memory: " + advice + " (" + line + ")");
    throw Error(ErrorKind::Device, "LibTorch failed: " + line);
}

} // namespace prunescope::model
