#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Characters of UTF-8 as Python sees them. A byte that belongs to none counts as a character by itself.
namespace prunescope::model::jinja {

/// Bytes of the first character of `text`, which is not empty.
std::size_t characterLength(std::string_view text);
/// Bytes of the last character of `text`, which is not empty.
std::size_t lastCharacterLength(std::string_view text);
/// How many characters there are.
std::int64_t characterCount(std::string_view text);
/// The byte at which the character `index` begins; the end for larger ones.
std::size_t byteOfCharacter(std::string_view text, std::int64_t index);
/// The code point of one character.
char32_t codePointOf(std::string_view character);
void appendCodePoint(std::string& text, char32_t codePoint);

/// str.isspace() of Python: of one character.
bool isSpace(std::string_view character);
/// All of `text` is, and there is some.
bool isAllSpace(std::string_view text);
/// str.isprintable() of Python: what repr() does not escape.
bool isPrintable(std::string_view character);
bool isLetter(std::string_view character);
bool isDigit(std::string_view character);

/// Bytes that are white space at the start of `text`.
std::size_t leadingSpace(std::string_view text);
/// Bytes that are left of `text` without white space at its end.
std::size_t withoutTrailingSpace(std::string_view text);

/// Simple case mappings of Unicode, and SS for the sharp s.
std::string upperCase(std::string_view text);
std::string lowerCase(std::string_view text);

} // namespace prunescope::model::jinja
