#include "app/terminal/console.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <unistd.h>

namespace prunescope::app {

namespace {

/// 0, or the errno of what went wrong.
int writeAll(int file, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

std::string printableOn(int file, std::string_view text) {
    std::string shown(text);
    if (::isatty(file) == 1)
        std::replace_if(
            shown.begin(), shown.end(),
            [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }, '?');
    return shown;
}

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t columnsOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace

void makeWritesFail() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void print(std::string_view text) {
    const int error = writeAll(STDOUT_FILENO, text);
    if (error == EPIPE)
        throw PipeClosed{};
    if (error != 0)
        throw Error(ErrorKind::WriteFailed, std::string("standard output cannot be written: ") + std::strerror(error));
}

std::string printable(std::string_view text) {
    return printableOn(STDOUT_FILENO, text);
}

void printNote(std::string_view line) noexcept {
    writeAll(STDERR_FILENO, line);
    writeAll(STDERR_FILENO, "\n");
}

void printNotes(const std::vector<std::string>& lines) {
    for (auto line = lines.begin(); line != lines.end(); ++line)
        if (std::find(lines.begin(), line, *line) == line)
            printNote("note: " + printableOn(STDERR_FILENO, *line));
}

void printAside(std::string_view text) {
    const bool isTerminal = ::isatty(STDERR_FILENO) == 1;
    writeAll(STDERR_FILENO, isTerminal ? "\x1b[2m" + printableOn(STDERR_FILENO, text) + "\x1b[22m" : std::string(text));
}

std::string factsText(const Facts& facts) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : facts)
        rows.push_back({name, value});
    return tableText(rows);
}

std::string tableText(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columnsOf(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool last = i + 1 == row.size();
            text += row[i] + (last ? "\n" : std::string(widths[i] - columnsOf(row[i]) + 2, ' '));
        }
    }
    return text;
}

ProgressLine::ProgressLine() : m_active(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::string_view text) noexcept {
    if (!m_active)
        return;
    writeAll(STDERR_FILENO, "\r\x1b[K");
    writeAll(STDERR_FILENO, text);
    m_shown = true;
}

void ProgressLine::clear() noexcept {
    if (m_shown)
        writeAll(STDERR_FILENO, "\r\x1b[K");
    m_shown = false;
}

} // namespace prunescope::app
