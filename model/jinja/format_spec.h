#pragma once

#include "model/jinja/value.h"

#include <string>
#include <string_view>

namespace prunescope::model::jinja {

/// How a value is to be put into a text: what both ways of Python share.
struct FormatSpec {
    std::string fill = " ";
    char align = 0;      ///< < > ^ =, or 0 for the habit of the value
    char sign = '-';     ///< -, + or space
    bool prefix = false; ///< 0x and the like
    bool grouped = false;
    Int width = 0;
    int precision = -1;
    char type = 0;
};

/// A number at the front of `text`, which loses it. 0 where there is none; throws Fault for one that no text needs.
Int takeCount(std::string_view& text);

Text formattedInteger(Run& run, Int value, const FormatSpec& spec);
Text formattedFloat(Run& run, double value, const FormatSpec& spec);
Text formattedText(Run& run, const Text& text, const FormatSpec& spec);

} // namespace prunescope::model::jinja
