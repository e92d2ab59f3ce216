// Tables of plans by what they differ in: strategy, metric and tau, place, and the stages that go together.
#include "app/reports/eval_sections.h"
#include "core/base/format.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/prune_plan.h"

#include <algorithm>
#include <map>

namespace prunescope::app {

namespace {

using Sets = std::vector<model::SetReport>;
using Row = std::vector<std::string>;

/// A plan of a single stage that looks at pixels, by what it can differ in.
struct PixelPlan {
    std::size_t index = 0; ///< of the plan in the report
    std::string strategy;
    std::string metric;
    std::string tau;
    std::string place;
};

/// All plans with one pixel stage and no other.
std::vector<PixelPlan> pixelPlans(const Sets& sets) {
    std::vector<PixelPlan> plans;
    for (std::size_t i = 0; i < sets.front().plans.size(); ++i) {
        const PrunePlan plan = parsePlan(sets.front().plans[i].plan);
        if (plan.stages.size() != 1 || !looksAtPixels(plan.stages.front()) || !plan.prunes())
            continue;
        const PruneStage& stage = plan.stages.front();
        plans.push_back({i, std::string(stage.settings.method()), stage.settings.find(kMetric).value_or("-"),
                         shortNumber(stage.settings.find(kTau).value_or(0)), placeText(stage.place, stage.layer)});
    }
    return plans;
}

/// "88.7 (44.6 %)" for each set and their average.
Row cellsOf(const Sets& sets, std::size_t plan, Row row) {
    for (const model::SetReport& set : sets)
        row.push_back(scoreCell(set.plans[plan].headline(), set.plans[plan].retain.questions));
    if (sets.size() > 1) {
        const model::PlanAverage mean = model::averages(sets)[plan];
        row.push_back(scoreCell(mean.headline, mean.retain));
    }
    return row;
}

Row headings(const Sets& sets, Row row) {
    for (const model::SetReport& set : sets)
        row.push_back(set.name());
    if (sets.size() > 1)
        row.push_back("average");
    return row;
}

/// A table of the plans that are alike but for `varied`, for each group of two or more of them.
template <typename Same, typename Varied>
void addGroups(const Sets& sets, const std::vector<PixelPlan>& plans, const std::string& title, const Row& names,
               Same same, Varied varied, std::vector<ReportTable>& tables) {
    std::map<std::string, std::vector<const PixelPlan*>> groups;
    for (const PixelPlan& plan : plans)
        groups[same(plan)].push_back(&plan);
    for (const auto& [text, group] : groups) {
        ReportTable table{title, text, {headings(sets, names)}};
        for (const PixelPlan* plan : group)
            table.rows.push_back(cellsOf(sets, plan->index, varied(*plan)));
        if (group.size() > 1)
            tables.push_back(std::move(table));
    }
}

/// A plan with a stage before the language layers and one inside them.
struct StagePair {
    std::size_t index = 0;
    std::string before;
    std::string inside;
    int equivalentPercent = 0; ///< visual tokens a layer, of all
};

int equivalentPercent(const Sets& sets, std::size_t plan) {
    double left = 0, all = 0;
    for (const model::SetReport& set : sets) {
        const model::PlanResult& result = set.plans[plan];
        const auto questions = static_cast<double>(result.all.questions);
        left += result.equivalentTokens * questions;
        for (const model::EvalRecord& record : set.records)
            all += record.plan == result.plan ? static_cast<double>(record.blocks) : 0;
    }
    return all > 0 ? static_cast<int>(100 * left / all + 0.5) : 100;
}

/// The stages of a plan on one side of the language model's first layer.
std::string stagesText(const PrunePlan& plan, bool inside) {
    std::vector<std::string> texts;
    for (const PruneStage& stage : plan.stages)
        if (drops(stage) && (stage.place == Place::LanguageLayer) == inside)
            texts.push_back(toText(stage));
    return texts.empty() ? "none" : join(texts, "; ");
}

std::vector<StagePair> stagePairs(const Sets& sets) {
    std::vector<StagePair> pairs;
    for (std::size_t i = 0; i < sets.front().plans.size(); ++i) {
        const PrunePlan plan = parsePlan(sets.front().plans[i].plan);
        if (plan.prunes())
            pairs.push_back({i, stagesText(plan, false), stagesText(plan, true), equivalentPercent(sets, i)});
    }
    const auto isPair = [](const StagePair& pair) { return pair.before != "none" && pair.inside != "none"; };
    return std::ranges::any_of(pairs, isPair) ? pairs : std::vector<StagePair>();
}

} // namespace

std::vector<ReportTable> pixelStageTables(const Sets& sets) {
    const std::vector<PixelPlan> plans = pixelPlans(sets);
    std::vector<ReportTable> tables;
    addGroups(
        sets, plans, "By strategy", {"strategy"},
        [](const PixelPlan& p) { return p.metric + ", tau " + p.tau + ", " + p.place; },
        [](const PixelPlan& p) { return Row{p.strategy}; }, tables);
    addGroups(
        sets, plans, "By metric and tau", {"metric", "tau"},
        [](const PixelPlan& p) { return p.strategy + ", " + p.place; },
        [](const PixelPlan& p) {
            return Row{p.metric, p.tau};
        },
        tables);
    addGroups(
        sets, plans, "By vision layer", {"place"},
        [](const PixelPlan& p) { return p.strategy + ", " + p.metric + ", tau " + p.tau; },
        [](const PixelPlan& p) { return Row{p.place}; }, tables);
    return tables;
}

std::vector<ReportTable> stagePairTables(const Sets& sets) {
    std::map<int, std::vector<StagePair>, std::greater<>> budgets;
    for (StagePair& pair : stagePairs(sets))
        budgets[pair.equivalentPercent].push_back(std::move(pair));
    std::vector<ReportTable> tables;
    for (const auto& [percent, pairs] : budgets) {
        ReportTable table{"Before and inside the language model, " + std::to_string(percent) +
                              " % of the visual tokens a layer",
                          "mean over the language layers",
                          {headings(sets, {"before", "inside"})}};
        for (const StagePair& pair : pairs)
            table.rows.push_back(cellsOf(sets, pair.index, {pair.before, pair.inside}));
        tables.push_back(std::move(table));
    }
    return tables;
}

} // namespace prunescope::app
