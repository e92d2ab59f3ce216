#include "app/terminal/standard_input.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/image/image_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <unistd.h>

namespace prunescope::app {

namespace {

constexpr std::size_t kMostQuestionBytes = 1'000'000;
constexpr std::size_t kHeadBytes = 1 << 20; // as much as most headers need

[[noreturn]] void fail(ErrorKind kind, const std::string& what) {
    throw Error(kind, std::string(kStandardInputName) + ": " + what);
}

/// Adds what is there now; false at the end.
bool readSome(std::vector<std::uint8_t>& bytes) {
    static std::array<std::uint8_t, 1 << 16> s_piece;
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, s_piece.data(), s_piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail(ErrorKind::BadInput, std::string("can't be read: ") + std::strerror(errno));
        bytes.insert(bytes.end(), s_piece.begin(), s_piece.begin() + got);
        return got > 0;
    }
}

/// A picture that is too large to be decoded is not waited for.
void refuseHuge(const std::vector<std::uint8_t>& bytes) {
    if (bytes.size() > kMaxPictureBytes)
        fail(ErrorKind::BadFile,
             "more than " + formatBytes(static_cast<std::int64_t>(kMaxPictureBytes)) + ", expected a picture");
    if (bytes.size() >= kHeadBytes && sizeInHeader(bytes).area() > kMaxPicturePixels)
        decodeImage(bytes, kStandardInputName); // says so
}

} // namespace

void requireOneDash(std::string_view command, const std::vector<std::string>& words) {
    if (const auto dashes = std::count(words.begin(), words.end(), kDash); dashes > 1)
        throw Error(ErrorKind::Usage, std::string(command) + ": found \"-\" " + std::to_string(dashes) +
                                          " times, expected it once: standard input can be read once");
}

std::string pictureName(const std::string& word) {
    return word == kDash ? kStandardInputName : word;
}

LoadedImage readPicture(const std::string& word) {
    if (word != kDash)
        return loadImage(word);
    if (::isatty(STDIN_FILENO) == 1)
        fail(ErrorKind::BadInput, "is a terminal, expected the bytes of a picture");
    std::vector<std::uint8_t> bytes;
    while (readSome(bytes))
        refuseHuge(bytes);
    return loadImage(bytes, kStandardInputName);
}

std::string readQuestion(const std::string& word) {
    if (word != kDash)
        return word;
    std::vector<std::uint8_t> bytes;
    while (readSome(bytes))
        if (bytes.size() > kMostQuestionBytes)
            fail(ErrorKind::BadInput, "more than 1 MB, expected a question");
    const std::string text(bytes.begin(), bytes.end());
    const std::string_view question = trimmed(text);
    if (question.empty())
        fail(ErrorKind::BadInput, "found no question, expected some words");
    return std::string(question);
}

} // namespace prunescope::app
