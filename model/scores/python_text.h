#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// Text as Python's str has it, which is what the toolkits compare: one element a Unicode code point. Any thread.

/// UTF-8 as code points; bytes that are no UTF-8 become U+FFFD, one each.
std::u32string codePoints(std::string_view utf8);
/// Code points as UTF-8.
std::string utf8(std::u32string_view text);

/// str.lower(): full lower case, with the sigma at the end of a word.
std::u32string lowerCase(std::u32string_view text);
/// len(text.upper()): some letters, such as the sharp s, have a capital form of several characters.
std::size_t upperCaseLength(std::u32string_view text);
/// str.isspace() of a character; what str.split() and the \s of re go by as well.
bool isSpace(char32_t character);
/// str.isalnum() of a character.
bool isLetterOrDigit(char32_t character);
/// Value of a decimal digit of any script, else -1.
int digitValue(char32_t character);

/// str.strip().
std::u32string_view stripped(std::u32string_view text);
/// str.split().
std::vector<std::u32string_view> splitWords(std::u32string_view text);
/// The words of a text with one blank between two of them.
std::u32string joinedWords(std::u32string_view text);
/// str.replace(from, to) of single characters.
std::u32string replaced(std::u32string text, char32_t from, char32_t to);
/// str.replace(character, "").
std::u32string without(std::u32string text, char32_t character);

/// unicodedata.normalize("NFC", text).
std::u32string normalFormC(std::u32string_view text);

/// Words in lower case with one blank between them: what differs in case and spacing alone is the same.
std::u32string comparableWords(std::string_view utf8);

} // namespace prunescope
