#pragma once

#include "app/reports/eval_report_file.h"

#include <string>
#include <vector>

namespace prunescope::app {

/// A section of HTML with questions at which plans disagree, else with the first ones: their pictures under each plan's
/// mask, with what was expected and answered. Bounded in number and in bytes.
std::string sampleSection(const std::vector<model::SetReport>& sets, const GroupPictures& pictures);

} // namespace prunescope::app
