#pragma once

#include <string>

namespace prunescope {

/// `text` with the letters A to Z as small ones; all other bytes stay.
inline std::string asciiLowerCase(std::string text) {
    for (char& letter : text)
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

} // namespace prunescope
