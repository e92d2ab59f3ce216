#pragma once

#include "model/eval/set_report.h"

#include <string>
#include <vector>

/// Charts of an evaluation as SVG elements that stand in a page.
namespace prunescope::app {

/// `text` with the signs that mean something in HTML and SVG written out.
std::string escaped(const std::string& text);

/// Score over cost: a point for each plan at the average of the sets, the best at each cost joined by a line.
std::string paretoChart(const std::vector<model::SetReport>& sets);
/// A group of bars for each set, a bar for each plan.
std::string barChart(const std::vector<model::SetReport>& sets);

} // namespace prunescope::app
