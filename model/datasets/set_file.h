#pragma once

#include "model/datasets/question_set.h"
#include "model/files/mapped_file.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace prunescope::model {

/// The text of a set's file. It stays on disk: what was read is let go of again, so that a file of any size takes
/// little memory. Any thread.
class SetFile {
public:
    /// Throws Error(NotFound), Error(BadFile) that names the file, also for UTF-16.
    static std::shared_ptr<const SetFile> open(const std::string& path);
    /// A text in memory, as tests have it; `path` is what messages call it.
    static std::shared_ptr<const SetFile> ofText(std::string text, std::string path);

    const std::string& path() const { return m_path; }
    /// "FILE:LINE".
    std::string where(std::int64_t line) const { return m_path + ":" + std::to_string(line); }
    /// Without a byte order mark.
    std::string_view text() const { return m_view; }
    /// Says that `bytes` were read, one after another; now and then memory is let go of.
    void wasRead(std::size_t bytes) const;
    /// Says that `bytes` were read somewhere, which brings in their neighbours too.
    void wasReadAlone(std::size_t bytes) const { wasRead(bytes + kAround); }

private:
    static constexpr std::size_t kAround = 64 << 10; // Linux maps so much at once

    SetFile(std::string path, std::shared_ptr<const MappedFile> file, std::string text);

    std::string m_path;
    std::shared_ptr<const MappedFile> m_file; ///< null: the text is in memory
    std::string m_text;
    std::string_view m_view;
    mutable std::atomic<std::size_t> m_read = 0; ///< since memory was let go of
};

/// The name of a set: its file's without the ending, or what the options say.
std::string setNameOf(const std::string& file, const SetOptions& options);

} // namespace prunescope::model
