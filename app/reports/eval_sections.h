#pragma once

#include "model/eval/set_report.h"

#include <string>
#include <vector>

namespace prunescope::app {

/// A table of a report, in whatever form that is written.
struct ReportTable {
    std::string title;
    std::string note;                           ///< one line below the title; may be empty
    std::vector<std::vector<std::string>> rows; ///< the first is the heading

    bool empty() const { return rows.size() < 2; }
};

/// All tables of a report that there is something to say in: plans by sets, the change against the first plan, costs,
/// times, strategies and places, pairs of stages, and the sets themselves.
std::vector<ReportTable> reportTables(const std::vector<model::SetReport>& sets);

/// Each of them, empty where it has nothing to say.
ReportTable accuracyTable(const std::vector<model::SetReport>& sets);
/// Of sets with several scores: what the rule of the set makes of each, the toolkit's first.
ReportTable ruleTable(const std::vector<model::SetReport>& sets);
/// A table for each budget: the plans that keep about the same share of visual tokens.
std::vector<ReportTable> changeTables(const std::vector<model::SetReport>& sets);
ReportTable efficiencyTable(const std::vector<model::SetReport>& sets);
ReportTable timeTable(const std::vector<model::SetReport>& sets);
/// By strategy, by metric and tau, by place in the vision encoder.
std::vector<ReportTable> pixelStageTables(const std::vector<model::SetReport>& sets);
/// Plans with a stage before the language layers and one inside them, a table for each total budget.
std::vector<ReportTable> stagePairTables(const std::vector<model::SetReport>& sets);
ReportTable pictureTable(const std::vector<model::SetReport>& sets);
/// What prompt, scorer and rows of each set were.
ReportTable conditionTable(const std::vector<model::SetReport>& sets);

/// Plans of the report in order.
std::vector<std::string> plansOf(const std::vector<model::SetReport>& sets);
/// "88.7 (44.6 %)": what a plan reaches at a set, and the share of visual tokens that it keeps there.
std::string scoreCell(double headline, double retain);
/// "llm@2:fastv: 400 questions about 100 pictures can't tell differences below 3.1 points (80 % power)". Empty for the
/// first plan.
std::string visibleText(const model::SetReport& set, const model::PlanResult& plan);

} // namespace prunescope::app
