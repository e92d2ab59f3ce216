#pragma once

#include <charconv>
#include <cmath>
#include <string>

namespace prunescope {

/// A finite number as Python prints it: the shortest that reads back the same, with a point or an exponent.
inline std::string pythonNumber(double value) {
    char text[64];
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    std::string number(text, std::to_chars(text, text + sizeof text, value, format).ptr);
    return plain && number.find('.') == std::string::npos ? number + ".0" : number;
}

} // namespace prunescope
