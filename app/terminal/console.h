#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prunescope::app {

/// Whoever read standard output has gone, as `head` does: nothing more to do, and no error.
struct PipeClosed {};

/// Makes a reader that goes away and a file that may not grow errors of a write, not the end of the program.
void makeWritesFail();

/// Writes to standard output at once. Throws PipeClosed or Error(WriteFailed).
void print(std::string_view text);

/// The text of a model or of a file as standard output may have it: on a terminal without control characters, or it
/// could drive that.
std::string printable(std::string_view text);

/// A line on standard error. Never throws: where that is closed, nobody is left to tell.
void printNote(std::string_view line) noexcept;

/// Each line once, however often it is among them, as a note on standard error.
void printNotes(const std::vector<std::string>& lines);

/// A piece of text beside the output, as it comes: on standard error, and muted where that is a terminal.
void printAside(std::string_view text);

/// Names and values in two columns.
using Facts = std::vector<std::pair<std::string, std::string>>;
std::string factsText(const Facts& facts);

/// Rows of cells in aligned columns, the first row being the heading.
std::string tableText(const std::vector<std::vector<std::string>>& rows);

/// One line on standard error that is overwritten as work goes on; silent unless that is a terminal.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    bool isActive() const { return m_active; }
    void show(std::string_view text) noexcept;
    void clear() noexcept;

private:
    bool m_active = false;
    bool m_shown = false;
};

} // namespace prunescope::app
