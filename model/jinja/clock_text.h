#pragma once

#include <ctime>
#include <string>

namespace prunescope::model::jinja {

/// datetime.strftime() of Python, in English whatever the locale. Throws Fault for a format that gives no text of a
/// usual length.
std::string clockText(const std::tm& time, const std::string& format);

/// The time of the clock on the wall.
std::tm localTime();

} // namespace prunescope::model::jinja
