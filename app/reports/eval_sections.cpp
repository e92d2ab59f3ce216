#include "app/reports/eval_sections.h"

#include "core/base/format.h"

#include <algorithm>
#include <map>
#include <set>

namespace prunescope::app {

namespace {

using Sets = std::vector<model::SetReport>;
using Row = std::vector<std::string>;

std::string signedText(double value, int decimals) {
    return (value > 0 ? "+" : "") + formatFixed(value, decimals);
}

/// The headings of the sets, then that of their average where there are several.
Row setHeadings(const Sets& sets, std::string first) {
    Row row{std::move(first)};
    for (const model::SetReport& set : sets)
        row.push_back(set.name());
    if (sets.size() > 1)
        row.push_back("average");
    return row;
}

/// The mean of a number of all sets, weighted by what it is the mean of.
struct Pooled {
    double sum = 0;
    double count = 0;
    void add(double mean, double weight) {
        sum += mean * weight;
        count += weight;
    }
    double mean() const { return count > 0 ? sum / count : 0; }
};

model::Efficiency pooledEfficiency(const Sets& sets, std::size_t plan) {
    model::Efficiency pooled;
    const auto mean = [&](auto model::Efficiency::*field) {
        Pooled pool;
        for (const model::SetReport& set : sets)
            pool.add(set.plans[plan].efficiency.*field, static_cast<double>(set.plans[plan].efficiency.questions));
        return pool.mean();
    };
    for (double model::Efficiency::*field :
         {&model::Efficiency::selectMs, &model::Efficiency::vitMs, &model::Efficiency::prefillMs,
          &model::Efficiency::methodMs, &model::Efficiency::ttftMs, &model::Efficiency::kvBytes,
          &model::Efficiency::flops})
        pooled.*field = mean(field);
    for (const model::SetReport& set : sets)
        pooled.questions += set.plans[plan].efficiency.questions;
    return pooled;
}

std::string seconds(double ms) {
    return formatFixed(ms / 1000, 2);
}

/// The share of visual tokens that a plan keeps at all sets, as the layers see them.
double keptOf(const Sets& sets, std::size_t plan) {
    Pooled pool;
    for (const model::SetReport& set : sets)
        pool.add(set.plans[plan].retain.questions, static_cast<double>(set.plans[plan].all.questions));
    return pool.mean();
}

Row changeRow(const Sets& sets, std::size_t plan) {
    Row row{"change, %"};
    for (const model::SetReport& set : sets) {
        const double full = set.plans.front().headline();
        row.push_back(full == 0 ? "-" : signedText(100 * (set.plans[plan].headline() - full) / full, 1));
    }
    const std::vector<model::PlanAverage> means = model::averages(sets);
    if (sets.size() > 1) {
        const double full = means.front().headline;
        row.push_back(full == 0 ? "-" : signedText(100 * (means[plan].headline - full) / full, 1));
    }
    return row;
}

Row scoreRow(const Sets& sets, std::size_t plan) {
    Row row{sets.front().plans[plan].plan};
    for (const model::SetReport& set : sets)
        row.push_back(set.plans[plan].all.questions == 0
                          ? "-"
                          : scoreCell(set.plans[plan].headline(), set.plans[plan].retain.questions));
    if (sets.size() > 1) {
        const model::PlanAverage mean = model::averages(sets)[plan];
        row.push_back(scoreCell(mean.headline, mean.retain));
    }
    return row;
}

/// What a report says of the pictures of a set.
struct PictureSums {
    std::int64_t pictures = 0;
    double width = 0, height = 0, blocks = 0;
    double uniqueOf = 0, unique = 0; ///< blocks of pictures of which the unique ones are known
    Size least, most;
};

PictureSums pictureSums(const model::SetReport& set) {
    PictureSums sums;
    std::set<std::string> seen;
    for (const model::EvalRecord& record : set.records)
        for (const model::EvalPicture& picture : record.pictures) {
            if (picture.identity.empty() || !seen.insert(picture.identity).second)
                continue;
            ++sums.pictures;
            sums.width += picture.size.width;
            sums.height += picture.size.height;
            sums.blocks += static_cast<double>(picture.blocks);
            sums.uniqueOf += picture.unique ? static_cast<double>(picture.blocks) : 0;
            sums.unique += static_cast<double>(picture.unique.value_or(0));
            if (sums.pictures == 1 || picture.size.area() < sums.least.area())
                sums.least = picture.size;
            if (picture.size.area() > sums.most.area())
                sums.most = picture.size;
        }
    return sums;
}

std::string sides(Size size) {
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

} // namespace

std::string scoreCell(double headline, double retain) {
    return formatFixed(headline, 1) + " (" + formatPercent(retain) + ")";
}

std::vector<std::string> plansOf(const Sets& sets) {
    std::vector<std::string> plans;
    for (const model::PlanResult& plan : sets.front().plans)
        plans.push_back(plan.plan);
    return plans;
}

ReportTable accuracyTable(const Sets& sets) {
    ReportTable table{"Plans by sets",
                      "score of the set, in brackets the share of visual tokens that is kept there (per question)",
                      {setHeadings(sets, "plan")}};
    for (std::size_t i = 0; i < sets.front().plans.size(); ++i)
        table.rows.push_back(scoreRow(sets, i));
    return table;
}

std::vector<ReportTable> changeTables(const Sets& sets) {
    std::map<int, std::vector<std::size_t>, std::greater<>> budgets; ///< plans by the per cents that they keep
    for (std::size_t i = 1; i < sets.front().plans.size(); ++i)
        budgets[static_cast<int>(100 * keptOf(sets, i) + 0.5)].push_back(i);
    std::vector<ReportTable> tables;
    for (const auto& [percent, plans] : budgets) {
        ReportTable table{"Change against " + sets.front().plans.front().plan + " at " + std::to_string(percent) +
                              " % of the visual tokens",
                          "(pruned - full) / full",
                          {setHeadings(sets, "plan"), scoreRow(sets, 0)}};
        for (const std::size_t plan : plans) {
            table.rows.push_back(scoreRow(sets, plan));
            table.rows.push_back(changeRow(sets, plan));
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

ReportTable efficiencyTable(const Sets& sets) {
    ReportTable table{"Efficiency",
                      "means over whole prompts, the first question of each run and plan left out",
                      {{"plan", "questions", "selector, ms", "vit, ms", "language layers, ms", "TTFT, ms",
                        "KV cache, bytes", "TFLOP", "speed-up"}}};
    const double first = pooledEfficiency(sets, 0).ttftMs;
    for (std::size_t i = 0; i < sets.front().plans.size(); ++i) {
        const model::Efficiency mean = pooledEfficiency(sets, i);
        if (mean.questions == 0)
            continue;
        table.rows.push_back({sets.front().plans[i].plan, std::to_string(mean.questions), formatFixed(mean.selectMs, 2),
                              formatFixed(mean.vitMs, 2), formatFixed(mean.prefillMs, 2), formatFixed(mean.ttftMs, 2),
                              formatFixed(mean.kvBytes, 0), formatNonZero(mean.flops / 1e12, 3),
                              first > 0 && mean.ttftMs > 0 ? formatFixed(first / mean.ttftMs, 2) : "-"});
    }
    return table;
}

ReportTable timeTable(const Sets& sets) {
    ReportTable table{"Times",
                      "seconds over all questions; prefill is vision plus language layers, method the choice among "
                      "tokens inside it, select the choice by pixels before it",
                      {{"set", "plan", "total", "prefill", "vision", "language", "method", "select"}}};
    for (const model::SetReport& set : sets)
        for (const model::PlanResult& plan : set.plans)
            if (plan.all.questions > 0)
                table.rows.push_back({set.name(), plan.plan, seconds(plan.sums.totalMs), seconds(plan.sums.prefillMs()),
                                      seconds(plan.sums.vitMs), seconds(plan.sums.languageMs),
                                      seconds(plan.sums.methodMs), seconds(plan.sums.selectMs)});
    return table;
}

ReportTable pictureTable(const Sets& sets) {
    ReportTable table{
        "Sets",
        "distinct pictures; duplicate: blocks whose content occurs more than once in their picture",
        {{"set", "questions", "pictures", "mean size", "smallest", "largest", "blocks a picture", "duplicate blocks"}}};
    for (const model::SetReport& set : sets) {
        const PictureSums sums = pictureSums(set);
        if (sums.pictures == 0)
            continue;
        const auto number = static_cast<double>(sums.pictures);
        table.rows.push_back({set.name(), std::to_string(set.plans.front().all.questions),
                              std::to_string(sums.pictures),
                              formatFixed(sums.width / number, 0) + "x" + formatFixed(sums.height / number, 0),
                              sides(sums.least), sides(sums.most), formatFixed(sums.blocks / number, 1),
                              sums.uniqueOf > 0 ? formatPercent(1 - sums.unique / sums.uniqueOf) : "-"});
    }
    return table;
}

ReportTable conditionTable(const Sets& sets) {
    ReportTable table{"How it was asked and scored",
                      "undecided answers and format errors count as wrong, under all plans together",
                      {{"set", "prompt style", "scorer", "answers", "undecided", "format errors", "rows left out"}}};
    for (const model::SetReport& set : sets) {
        const auto errors = std::ranges::count_if(set.records, &model::EvalRecord::formatError);
        table.rows.push_back({set.name(), set.style(), set.scorerText(), std::to_string(set.records.size()),
                              std::to_string(set.undecided()), std::to_string(errors),
                              std::to_string(set.skipped.size())});
    }
    return table;
}

ReportTable ruleTable(const Sets& sets) {
    ReportTable table{"Scores by every rule",
                      "the score of the set as its toolkit has it, and what rules beside that make of the same answers",
                      {{"set", "plan", "rule", "score"}}};
    for (const model::SetReport& set : sets)
        for (const model::PlanResult& plan : set.plans)
            for (const NamedScore& headline : plan.headlines)
                table.rows.push_back({set.name(), plan.plan, headline.name, formatFixed(headline.value, 1)});
    return table;
}

std::string visibleText(const model::SetReport& set, const model::PlanResult& plan) {
    if (!plan.all.paired)
        return {};
    const std::int64_t pictures = pictureSums(set).pictures;
    return plan.plan + ": " + formatCounted(plan.all.paired->questions, "question") + " about " +
           formatCounted(pictures, "picture") + " can't tell differences below " +
           formatFixed(100 * plan.all.paired->visible, 1) + " points (80 % power)";
}

std::vector<ReportTable> reportTables(const Sets& sets) {
    std::vector<ReportTable> tables{conditionTable(sets), accuracyTable(sets)};
    const auto add = [&](std::vector<ReportTable> more) {
        for (ReportTable& table : more)
            tables.push_back(std::move(table));
    };
    add({ruleTable(sets)});
    add(changeTables(sets));
    add({efficiencyTable(sets), timeTable(sets)});
    add(pixelStageTables(sets));
    add(stagePairTables(sets));
    add({pictureTable(sets)});
    std::erase_if(tables, &ReportTable::empty);
    return tables;
}

} // namespace prunescope::app
