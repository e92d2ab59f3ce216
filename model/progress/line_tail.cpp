#include "model/progress/line_tail.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prunescope {

namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20; ///< of one call
constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr std::size_t kHeadBytes = 256;

class File {
public:
    explicit File(const std::string& path) : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return m_fd; }

private:
    int m_fd;
};

/// Up to `most` bytes from `offset` on; what there is. A negative `offset` is a bug.
std::string readAt(int fd, std::int64_t offset, std::size_t most) {
    std::string bytes(most, '\0');
    std::size_t length = 0;
    while (length < most) {
        const ssize_t got =
            ::pread(fd, bytes.data() + length, most - length, offset + static_cast<std::int64_t>(length));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    bytes.resize(length);
    return bytes;
}

} // namespace

bool LineTail::isReplaced(int file, std::uint64_t device, std::uint64_t number, std::int64_t size) const {
    return device != m_known.device || number != m_known.number || size < m_offset ||
           readAt(file, 0, m_known.head.size()) != m_known.head;
}

NewLines LineTail::read() {
    const File file(m_path);
    if (file.fd() < 0 && (errno == ENOENT || errno == ENOTDIR))
        return {};
    struct stat info {};
    if (file.fd() < 0 || ::fstat(file.fd(), &info) != 0)
        throw Error(ErrorKind::BadFile, m_path + ": can't be read: " + std::strerror(errno));
    if (!S_ISREG(info.st_mode))
        throw Error(ErrorKind::BadFile, m_path + ": not a file");
    NewLines news;
    if (!m_isKnown || isReplaced(file.fd(), info.st_dev, info.st_ino, info.st_size)) {
        news.isNewFile = true;
        m_isKnown = true;
        m_known = {info.st_dev, info.st_ino, {}};
        m_offset = 0;
        m_unfinished.clear();
    }
    const std::string text = readAt(file.fd(), m_offset, kMostBytes);
    if (m_known.head.size() < kHeadBytes)
        m_known.head = readAt(file.fd(), 0, std::min(kHeadBytes, static_cast<std::size_t>(m_offset) + text.size()));
    m_offset += static_cast<std::int64_t>(text.size());
    takeLines(text, news.lines);
    news.hasMore = text.size() == kMostBytes;
    return news;
}

void LineTail::takeLines(std::string_view text, std::vector<std::string>& lines) {
    for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        lines.push_back(m_unfinished + std::string(text.substr(0, end)));
        m_unfinished.clear();
        text.remove_prefix(end + 1);
    }
    m_unfinished += text;
    if (m_unfinished.size() > kLongestLine) { // no line of ours: never let it grow without end
        lines.push_back(m_unfinished.substr(0, kHeadBytes));
        m_unfinished.clear();
    }
}

} // namespace prunescope
