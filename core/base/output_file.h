#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace prunescope {

/// A file that is written, closed at the end of the scope. Everything but `cut` throws Error(WriteFailed).
class OutputFile {
public:
    /// `flags` and `mode` as of open(2). `shownAs` stands for `path` in messages.
    OutputFile(const std::string& path, std::string shownAs, int flags, mode_t mode);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Waits until no other program has the lock. It goes with the file.
    void lock();
    /// False, at once, when another program has the lock.
    bool tryLock();
    off_t size() const;
    bool endsInsideLine() const;
    void write(std::string_view text);
    /// Late errors (quota, network, full disk) show here and not in `write`. Pipes and devices have nothing to flush.
    void flush();
    /// Best effort: a device cannot be cut, and then there is nothing left behind either.
    void cut(off_t length) noexcept;

private:
    [[noreturn]] void fail(const char* what) const;

    std::string m_path;
    int m_fd = -1;
};

} // namespace prunescope
