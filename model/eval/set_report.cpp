#include "model/eval/set_report.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

using Json = nlohmann::ordered_json;

/// Settings that are about a set and not about the run.
constexpr std::array kOfTheSet{"data", "set", "prompt_style", "pictures", "questions"};

/// Where a set has another number of questions than the published one. A single file of places has the name of its set
/// before its own.
std::string sizeNote(const SetReport& report) {
    const SetRule* rule = report.rule();
    const auto questions = report.setting.value("questions", std::int64_t{0});
    const bool isPart = rule && rule->kind == SetKind::Place && report.name().size() > rule->name.size();
    if (!rule || isPart || rule->questions == 0 || questions == 0 || rule->questions == questions)
        return {};
    return report.name() + " has " + formatCounted(questions, "question") + ", the published set has " +
           formatCount(rule->questions);
}

/// What came of looking twice.
std::string zoomNote(const SetReport& report) {
    if (!report.setting.value("zoom", false) || report.records.empty())
        return {};
    const auto asked = std::ranges::count_if(report.records, [](const EvalRecord& r) { return !r.looks.empty(); });
    const auto twice = std::ranges::count_if(report.records, [](const EvalRecord& r) { return r.looks.size() > 1; });
    if (asked == 0)
        return "--zoom: no question wants a place, so that each was asked once";
    return "--zoom: " + formatCount(twice) + " of " + formatCounted(asked, "answer") +
           " that should name a place had a second look; tokens and times are those of both looks";
}

Json skippedJson(const std::vector<SkippedRow>& rows) {
    Json list = Json::array();
    for (const SkippedRow& row : rows)
        list.push_back({{"row", row.where}, {"reason", row.reason}});
    return list;
}

void putSet(Json& json, const SetReport& set) {
    json["scorer"] = set.scorerText();
    json["interrupted"] = set.interrupted;
    json["skipped"] = skippedJson(set.skipped);
    json["notes"] = set.notes;
    if (!set.missing.empty())
        json["missing"] = set.missing;
    json["decoded_on_white"] = picturesOnWhite(set.records);
    json["plans"] = Json::array();
    for (const PlanResult& result : set.plans)
        json["plans"].push_back(toJson(result, set.plans.front().plan));
}

Json averageJson(const std::vector<SetReport>& sets) {
    Json list = Json::array();
    for (const PlanAverage& average : averages(sets))
        list.push_back({{"plan", average.plan}, {"headline", average.headline}, {"retain_ratio", average.retain}});
    return list;
}

} // namespace

std::string SetReport::scorerText() const {
    if (const SetRule* known = rule()) {
        const std::vector<std::string> names(known->scores.begin(), known->scores.end());
        return join(names) + ": " + std::string(known->headline) +
               (known->needsJudge && known->headline.find("judge") == std::string_view::npos
                    ? ", a lower bound without a judge"
                    : "");
    }
    std::vector<std::string> names;
    for (const EvalRecord& record : records)
        if (!record.scores.empty() && std::ranges::find(names, record.scores.front().name) == names.end())
            names.push_back(record.scores.front().name);
    return (names.empty() ? std::string("none") : join(names)) + ": share of right answers, own rule";
}

std::int64_t SetReport::undecided() const {
    return std::ranges::count_if(records, [](const EvalRecord& record) { return !record.decided; });
}

SetReport setReport(nlohmann::ordered_json setting, const QuestionSet& set, EvalRun run,
                    const std::vector<std::string>& plans) {
    SetReport report;
    report.setting = std::move(setting);
    report.notes = set.notes();
    report.skipped = set.skipped();
    report.skipped.insert(report.skipped.end(), run.skipped.begin(), run.skipped.end());
    report.interrupted = run.interrupted;
    report.records = std::move(run.records);
    addRunNotes(report);
    addResults(report, plans);
    return report;
}

void addRunNotes(SetReport& report) {
    for (std::string note : {sizeNote(report), zoomNote(report)})
        if (!note.empty())
            report.notes.push_back(std::move(note));
}

void addResults(SetReport& report, const std::vector<std::string>& plans) {
    report.plans = summarise(report.records, plans, report.rule());
}

bool hasNumber(const SetReport& set) {
    const SetRule* rule = set.rule();
    const bool isJudged = std::ranges::any_of(set.records, [](const EvalRecord& r) { return r.judged.has_value(); });
    return !set.records.empty() && (!rule || !rule->headline.starts_with("none") || isJudged);
}

std::vector<PlanAverage> averages(const std::vector<SetReport>& sets) {
    std::vector<PlanAverage> means;
    for (std::size_t i = 0; !sets.empty() && i < sets.front().plans.size(); ++i) {
        PlanAverage mean{sets.front().plans[i].plan, 0, 0};
        double count = 0;
        for (const SetReport& set : sets)
            if (hasNumber(set)) {
                mean.headline += set.plans.at(i).headline();
                mean.retain += set.plans.at(i).retain.questions;
                ++count;
            }
        mean.headline /= std::max(count, 1.0);
        mean.retain /= std::max(count, 1.0);
        means.push_back(mean);
    }
    return means;
}

nlohmann::ordered_json toJson(const std::vector<SetReport>& sets) {
    Json json = sets.front().setting;
    if (sets.size() == 1) {
        putSet(json, sets.front());
        return json;
    }
    for (const char* name : kOfTheSet)
        json.erase(name);
    json["interrupted"] = std::ranges::any_of(sets, &SetReport::interrupted);
    json["sets"] = Json::array();
    for (const SetReport& set : sets) {
        Json entry = Json::object();
        for (const char* name : kOfTheSet)
            if (set.setting.contains(name))
                entry[name] = set.setting.at(name);
        putSet(entry, set);
        json["sets"].push_back(std::move(entry));
    }
    json["average"] = averageJson(sets);
    return json;
}

} // namespace prunescope::model
