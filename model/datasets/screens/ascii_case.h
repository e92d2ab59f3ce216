#pragma once

#include <string>

namespace prunescope::model {

/// Whatever the locale.
inline std::string lowered(std::string text) {
    for (char& code : text)
        if (code >= 'A' && code <= 'Z')
            code = static_cast<char>(code - 'A' + 'a');
    return text;
}

/// `text` with its first letter as a capital.
inline std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

} // namespace prunescope::model
