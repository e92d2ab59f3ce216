#include "core/base/error.h"

namespace prunescope {

int exitCode(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Usage:
    case ErrorKind::Unsupported:
        return 2;
    case ErrorKind::NotFound:
    case ErrorKind::BadFile:
    case ErrorKind::BadInput:
    case ErrorKind::Network:
    case ErrorKind::WriteFailed:
        return 3;
    case ErrorKind::OutOfMemory:
    case ErrorKind::Device:
        return 4;
    case ErrorKind::Cancelled:
        return 130;
    case ErrorKind::Internal:
        break;
    }
    return 1;
}

} // namespace prunescope
