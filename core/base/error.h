#pragma once

#include <stdexcept>
#include <string>

namespace prunescope {

/// Kind of an error, as far as a caller has to tell cases apart.
enum class ErrorKind {
    Usage,       ///< an option or setting outside what is allowed
    NotFound,    ///< a file or folder that is not there
    BadFile,     ///< a file whose content is not what it should be
    BadInput,    ///< a picture or prompt that cannot be used
    Unsupported, ///< known, but not in this build
    OutOfMemory,
    Device,
    Network, ///< a server that can't be reached or does not do what it should
    Cancelled,
    WriteFailed, ///< a file that could not be written (full disk, no permission)
    Internal,    ///< a bug
};

/// The one exception of core and model. `what()` is a single line that names the file or option, what was
/// found and what was expected.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), m_kind(kind) {}
    ErrorKind kind() const { return m_kind; }

private:
    ErrorKind m_kind;
};

/// Process exit code for an error: 2 wrong usage, 3 bad input, 4 out of memory or device, 130 interrupted, 1 a bug.
int exitCode(ErrorKind kind);

/// Always-on check of an invariant of ours. Throws Error(Internal).
inline void check(bool holds, const char* message) {
    if (!holds)
        throw Error(ErrorKind::Internal, std::string("internal error: ") + message);
}

} // namespace prunescope
