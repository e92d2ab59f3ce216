#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// U+FFFD as UTF-8: stands for bytes that are no character.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The first character of a text.
struct Utf8Step {
    enum class Kind {
        Character,
        Invalid,    ///< no byte that follows can make it a character
        Unfinished, ///< the text ends inside a character
    };
    Kind kind = Kind::Character;
    std::size_t length = 0; ///< bytes of it that are there
};

/// `text` is not empty.
Utf8Step firstCharacter(std::string_view text);

/// `text` with U+FFFD in place of every ill-formed part (as many as the Unicode standard recommends).
std::string validUtf8(std::string_view text);

/// `codePoint` is a Unicode scalar value.
void appendUtf8(std::string& text, char32_t codePoint);

/// Unicode normal form C of valid UTF-8. Throws Error(Internal) for text that is not.
std::string toNfc(std::string text);

/// A regular expression as tokenizer.json writes it, for splitting text. Immutable; any thread.
class SplitPattern {
public:
    /// Throws Error(BadFile) that starts with `file` when `pattern` is no regular expression.
    SplitPattern(const std::string& pattern, const std::string& file);
    SplitPattern(SplitPattern&&) noexcept;
    SplitPattern& operator=(SplitPattern&&) noexcept;
    ~SplitPattern();

    /// Appends all of `text` (valid UTF-8) to `pieces`: every match is a piece of its own, and so is what lies between
    /// two matches.
    void split(std::string_view text, std::vector<std::string_view>& pieces) const;

private:
    struct Code;
    std::unique_ptr<Code> m_code;
};

} // namespace prunescope::model
