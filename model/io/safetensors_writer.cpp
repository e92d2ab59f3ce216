#include "model/io/safetensors_writer.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace prunescope::model {

namespace {

/// A file that takes the place of `path` only when all of it is on the disk.
class WholeFile {
public:
    explicit WholeFile(std::string path) : m_path(std::move(path)), m_temporary(m_path + ".part") {
        m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (m_file < 0)
            fail();
    }
    ~WholeFile() {
        if (m_file < 0)
            return;
        ::close(m_file);
        ::unlink(m_temporary.c_str());
    }
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;

    void write(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                fail();
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

    void finish() {
        if (::fsync(m_file) != 0)
            fail();
        const int closed = ::close(m_file);
        m_file = -1;
        if (closed != 0 || ::rename(m_temporary.c_str(), m_path.c_str()) != 0) {
            const int reason = errno;
            ::unlink(m_temporary.c_str());
            errno = reason;
            fail();
        }
    }

private:
    [[noreturn]] void fail() const {
        throw Error(ErrorKind::WriteFailed, m_path + ": cannot be written: " + std::strerror(errno));
    }

    std::string m_path, m_temporary;
    int m_file = -1;
};

std::string headerOf(const std::vector<TensorToWrite>& tensors) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    std::size_t offset = 0;
    for (const TensorToWrite& tensor : tensors) {
        header[tensor.name] = {
            {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // tensors begin aligned
    return text;
}

} // namespace

void writeSafetensors(const std::string& path, const std::vector<TensorToWrite>& tensors) {
    const std::string header = headerOf(tensors);
    std::byte length[8];
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<std::byte>(header.size() >> (8 * i));
    WholeFile file(path);
    file.write(length);
    file.write(std::as_bytes(std::span(header)));
    for (const TensorToWrite& tensor : tensors)
        file.write(tensor.bytes);
    file.finish();
}

void writeWholeFile(const std::string& path, const std::string& text) {
    WholeFile file(path);
    file.write(std::as_bytes(std::span(text)));
    file.finish();
}

} // namespace prunescope::model
