#include "model/eval/eval_merge.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/eval/eval_log.h"
#include "model/eval/eval_setting.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

namespace prunescope::model {

namespace {

using QuestionKey = std::pair<std::int64_t, std::int64_t>;

/// What files have of one set.
struct Part {
    nlohmann::json setting;
    std::string file; ///< that the settings are from
    std::vector<std::string> plans;
    std::map<std::tuple<std::string, std::int64_t, std::int64_t>, std::string> from; ///< file of each record
    std::vector<EvalRecord> records;
    std::vector<SkippedLine> skipped;

    /// Whether it is known why there is no record.
    bool isSkipped(std::int64_t picture, const std::string& plan) const {
        return std::ranges::any_of(skipped, [&](const SkippedLine& line) {
            return line.picture == picture && (line.plan.empty() || line.plan == plan);
        });
    }
    /// Whether a record came later all the same, under all plans or that of the line.
    bool isAsked(const SkippedLine& line) const {
        return std::ranges::any_of(records, [&](const EvalRecord& record) {
            return record.picture == line.picture && (line.plan.empty() || record.plan == line.plan);
        });
    }
};

std::string questionText(const QuestionKey& key) {
    return "picture " + std::to_string(key.first) + " question " + std::to_string(key.second);
}

class Merge {
public:
    void add(const std::string& file) {
        if (std::error_code ignored; !std::filesystem::exists(file, ignored))
            throw Error(ErrorKind::NotFound, file + " does not exist, expected a file that eval --out wrote");
        EvalLogContent content = readEvalLog(file);
        if (content.settings.empty())
            throw Error(ErrorKind::BadFile, file + ": no records in it, expected a file that eval --out wrote");
        for (const EvalLogContent::Setting& setting : content.settings)
            addSetting(file, setting);
        for (SkippedLine& line : content.skipped)
            if (const auto part = m_parts.find(line.set); part != m_parts.end())
                part->second.skipped.push_back(std::move(line));
        for (std::size_t i = 0; i < content.records.size(); ++i)
            addRecord(file + ":" + std::to_string(content.lines[i]), std::move(content.records[i]));
    }

    std::vector<SetReport> take(std::optional<std::int64_t> limit) {
        std::vector<SetReport> reports;
        for (const std::string& name : m_order)
            reports.push_back(reportOf(m_parts.at(name), limit));
        return reports;
    }

private:
    void addSetting(const std::string& file, const EvalLogContent::Setting& setting) {
        const auto name = setting.value.at("set").get<std::string>();
        const auto [found, isNew] = m_parts.try_emplace(name, Part{setting.value, file, {}, {}, {}, {}});
        if (isNew)
            m_order.push_back(name);
        const Part& part = found->second;
        const std::string unlike = unlikeSetting(part.setting, setting.value);
        if (!unlike.empty())
            throw Error(ErrorKind::BadFile, file + ":" + std::to_string(setting.line) + ": eval." + unlike + " of " +
                                                name + " is " + settingText(setting.value, unlike) + ", expected " +
                                                settingText(part.setting, unlike) + " as in " + part.file +
                                                ": runs that are unlike do not go into one report");
    }

    void addRecord(const std::string& where, EvalRecord record) {
        const auto found = m_parts.find(record.set);
        if (found == m_parts.end())
            throw Error(ErrorKind::BadFile, where + ": set is " + inQuotes(record.set) +
                                                ", expected one that a line of settings above names");
        Part& part = found->second;
        const auto [before, isNew] = part.from.try_emplace({record.plan, record.picture, record.question}, where);
        if (!isNew)
            throw Error(ErrorKind::BadFile, where + ": " + questionText({record.picture, record.question}) + " of " +
                                                record.set + " under " + record.plan + " stands in " + before->second +
                                                " as well, expected it once");
        if (std::ranges::find(part.plans, record.plan) == part.plans.end())
            part.plans.push_back(record.plan);
        part.records.push_back(std::move(record));
    }

    static SetReport reportOf(Part& part, std::optional<std::int64_t> limit) {
        SetReport report;
        report.setting = nlohmann::ordered_json(part.setting);
        const auto groups = part.setting.value("pictures", std::int64_t{0});
        const std::int64_t expected = std::min(groups, limit.value_or(groups));
        std::erase_if(part.records, [&](const EvalRecord& record) { return record.picture >= expected; });
        std::ranges::stable_sort(part.records, {}, [](const EvalRecord& r) {
            return QuestionKey{r.picture, r.question};
        });
        for (const SkippedLine& line : part.skipped)
            if (line.picture < expected && !part.isAsked(line))
                report.skipped.push_back(line.row);
        report.missing = missingIn(part, expected);
        report.interrupted = !report.missing.empty();
        report.records = std::move(part.records);
        addRunNotes(report);
        addResults(report, part.plans);
        return report;
    }

    /// A line for each plan that something is missing of.
    static std::vector<std::string> missingIn(const Part& part, std::int64_t expected) {
        std::map<std::int64_t, std::int64_t> questions; ///< of each group that is known
        for (const EvalRecord& record : part.records)
            questions[record.picture] = record.questions;
        std::vector<std::string> lines;
        for (const std::string& plan : part.plans) {
            std::vector<std::string> texts;
            for (std::int64_t group = 0; group < expected; ++group)
                if (!part.isSkipped(group, plan))
                    addMissing(part, plan, group, questions, texts);
            if (!texts.empty())
                lines.push_back(missingText(plan, texts));
        }
        return lines;
    }

    static void addMissing(const Part& part, const std::string& plan, std::int64_t group,
                           const std::map<std::int64_t, std::int64_t>& questions, std::vector<std::string>& texts) {
        const auto known = questions.find(group);
        if (known == questions.end())
            texts.push_back("picture " + std::to_string(group));
        for (std::int64_t i = 0; known != questions.end() && i < known->second; ++i)
            if (!part.from.contains({plan, group, i}))
                texts.push_back(questionText({group, i}));
    }

    static std::string missingText(const std::string& plan, std::vector<std::string> texts) {
        constexpr std::size_t kMost = 10;
        const std::size_t more = texts.size() > kMost ? texts.size() - kMost : 0;
        texts.resize(std::min(texts.size(), kMost));
        return "no record under " + plan + " of " + join(texts) +
               (more > 0 ? " and " + formatCount(static_cast<std::int64_t>(more)) + " more" : "");
    }

    std::vector<std::string> m_order;
    std::map<std::string, Part> m_parts;
};

/// Sets must have the same plans in the same order, so that a table has a cell for each.
void alignPlans(std::vector<SetReport>& reports) {
    std::vector<std::string> plans;
    for (const SetReport& report : reports)
        for (const PlanResult& result : report.plans)
            if (std::ranges::find(plans, result.plan) == plans.end())
                plans.push_back(result.plan);
    for (SetReport& report : reports)
        addResults(report, plans);
}

} // namespace

std::vector<SetReport> mergeRecords(const std::vector<std::string>& files, std::optional<std::int64_t> limit) {
    Merge merge;
    for (const std::string& file : files)
        merge.add(file);
    std::vector<SetReport> reports = merge.take(limit);
    alignPlans(reports);
    return reports;
}

} // namespace prunescope::model
