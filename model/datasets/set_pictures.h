#pragma once

#include "model/datasets/question_set.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Reads the pictures that a set names: files, and base64 in the set itself. Any thread.
class SetPictures {
public:
    /// Paths start at one of `folders`; the first that has the file counts.
    SetPictures(std::vector<std::string> folders, PageSource pages);

    /// What a text of a set holds.
    enum class Text {
        Encoded, ///< base64, or a data URL
        Path     ///< of a file, `file://` before it allowed, or a data URL
    };

    /// Upright size of a picture of which the head was looked at, all of its base64 too; empty for a document. Throws
    /// Error(NotFound), Error(BadFile), Error(Unsupported) that begins with `where`, which names file, line and field.
    Size check(std::string_view text, Text kind, const std::string& where) const;

    /// Decodes it: one picture, or the pages of a document. Throws as `check`, and for damaged pixels.
    std::vector<SetPicture> read(std::string_view text, Text kind, const std::string& where) const;

private:
    std::vector<std::uint8_t> bytesOf(std::string_view text, Text kind, const std::string& where) const;
    std::string fileOf(std::string_view path, const std::string& where) const;
    Size checkFile(const std::string& path, const std::string& where) const;
    void requirePages(const std::string& where) const;

    std::vector<std::string> m_folders;
    PageSource m_pages;
    mutable std::mutex m_mutex;
    mutable std::map<std::string, Size, std::less<>> m_sizes; ///< of files that were looked at last, by path
};

/// The bytes that base64 stands for: standard or URL-safe letters, with or without padding, line ends and a data URL's
/// beginning. Throws Error(BadFile) that begins with `where` and says which character is none.
std::vector<std::uint8_t> decodePictureText(std::string_view text, const std::string& where);

} // namespace prunescope::model
