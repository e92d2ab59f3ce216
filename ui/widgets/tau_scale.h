#pragma once

#include <QString>
#include <string_view>
#include <vector>

/// The scale of the threshold slider: 0 to 0.2, wide where it matters.
namespace prunescope::ui {

/// Values with a mark below the slider, equally far apart.
inline constexpr double kTauMarks[]{0, 0.01, 0.02, 0.05, 0.1, 0.2};
inline constexpr double kLargestTauOnSlider = 0.2;

/// 0..1 along the slider; linear between marks. Values beyond the slider are at its end.
double positionOfTau(double tau);

/// Values that the slider can be set to under `metric`, ascending. `max` has just 256 thresholds: one stop each, at the
/// roundest number that means it.
std::vector<double> tauStops(std::string_view metric);

/// The roundest tau that means `level` of 255 under metric `max`: 2 -> 0.01, 5 -> 0.02.
double tauOfLevel(int level);

/// "5 levels": what tau means in 8-bit values under `metric`.
QString levelsText(double tau, std::string_view metric);

} // namespace prunescope::ui
