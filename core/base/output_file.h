#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

/// Every file that the program writes goes through here. A path of the system (/dev/stdout, /proc/self/fd/1), a pipe or
/// a device is written to where it stands; of everything else no link is followed.
namespace prunescope {

/// Readers of a file or folder that is made.
enum class Readers {
    Owner,    ///< mode 0600, folders 0700: questions, answers and pictures are about somebody's screen
    Everyone, ///< as the umask says
};

/// An open file that is written to, closed at the end of the scope. Everything but `cut` throws Error(WriteFailed).
class OutputFile {
public:
    /// Opens `path` to append to it; makes it where it is not there. Refuses a symbolic link. With Readers::Owner an
    /// older file that others may read is closed to them.
    OutputFile(const std::string& path, Readers readers);
    /// Takes over an open file; `shownAs` stands for it in messages.
    OutputFile(int descriptor, std::string shownAs) : m_path(std::move(shownAs)), m_fd(descriptor) {}
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Waits until no other program has the lock. It goes with the file.
    void lock();
    /// False, at once, when another program has the lock.
    bool tryLock();
    /// Whether `path` still leads to this file: another one may have taken its place.
    bool isStillAt(const std::string& path) const;
    off_t size() const;
    bool endsInsideLine() const;
    void write(std::string_view text);
    /// Late errors (quota, network, full disk) show here and not in `write`. Pipes and devices have nothing to flush.
    void flush();
    /// Best effort: a device cannot be cut, and then there is nothing left behind either.
    void cut(off_t length) noexcept;

private:
    void closeToOthers();
    [[noreturn]] void fail(const char* what) const;

    std::string m_path;
    int m_fd = -1;
};

/// New content for `path`, whole or not at all: it is written beside `path` and put in place by `finish`. A link is
/// replaced, not what it points to; a file that may not be written is left alone. Everything throws
/// Error(WriteFailed), and then `path` is as it was.
class ReplacedFile {
public:
    ReplacedFile(std::string path, Readers readers);
    ~ReplacedFile();
    ReplacedFile(const ReplacedFile&) = delete;
    ReplacedFile& operator=(const ReplacedFile&) = delete;

    void write(std::string_view text) { m_file.write(text); }
    void write(std::span<const std::byte> bytes) {
        m_file.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    void finish();

private:
    std::string m_path;
    std::string m_beside; ///< empty: written in place, or finished
    OutputFile m_file;
};

/// All of `text` as the new content of `path`.
void writeFile(const std::string& path, std::string_view text, Readers readers);

/// Removes what killed programs left of a ReplacedFile for `path`. Only where nobody else writes it.
void removeUnfinished(const std::string& path);

} // namespace prunescope
