#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace prunescope {

/// Lines that came since the last look at a file.
struct NewLines {
    std::vector<std::string> lines; ///< whole ones, without their ends
    bool isNewFile = false;         ///< they are the first of a file that replaced the one before, or was cut
    bool hasMore = false;           ///< there is more to read already
};

/// Follows a text file that another program appends to, cuts or replaces. A line counts once its end is written.
class LineTail {
public:
    explicit LineTail(std::string path) : m_path(std::move(path)) {}
    const std::string& path() const { return m_path; }

    /// Reads new lines, at most some megabytes at a time; nothing while there is no such file. Throws Error(BadFile)
    /// for one that may not be read.
    NewLines read();

private:
    struct Identity {
        std::uint64_t device = 0;
        std::uint64_t number = 0;
        std::string head; ///< its first bytes: a file that was cut and filled again keeps its number
    };
    bool isReplaced(int file, std::uint64_t device, std::uint64_t number, std::int64_t size) const;
    void takeLines(std::string_view text, std::vector<std::string>& lines);

    std::string m_path;
    Identity m_known;
    bool m_isKnown = false;
    std::int64_t m_offset = 0;
    std::string m_unfinished; ///< of the last line
};

} // namespace prunescope
