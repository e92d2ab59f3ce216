#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model::jinja {

struct Token {
    enum class Kind { Data, ValueBegin, ValueEnd, TagBegin, TagEnd, Name, Text, Integer, Float, Sign, End };
    Kind kind = Kind::End;
    std::string text; ///< of Text: what it stands for
    int line = 0;
};

/// Cuts a template into tokens with the settings of transformers: one new line after a tag goes, white space before a
/// tag that begins its line goes, `-` takes all white space on its side, `+` none. `line` is where it reads. Throws
/// Fault.
std::vector<Token> tokenize(std::string_view source, int& line);

} // namespace prunescope::model::jinja
