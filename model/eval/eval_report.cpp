#include "model/eval/eval_report.h"

#include "core/base/error.h"
#include "model/eval/record_costs.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace prunescope::model {

namespace {

using QuestionKey = std::pair<std::int64_t, std::int64_t>;

QuestionKey questionOf(const EvalRecord& record) {
    return {record.picture, record.question};
}

/// What the questions of a group are about: groups with the same first picture belong together.
std::string clusterOf(const EvalRecord& record) {
    const bool known = !record.pictures.empty() && !record.pictures.front().identity.empty();
    return known ? record.pictures.front().identity : std::to_string(record.picture);
}

/// Values by the picture that they are about.
class Clusters {
public:
    void add(const EvalRecord& record, double value) {
        Cluster& cluster = m_clusters[clusterOf(record)];
        cluster.sum += value;
        ++cluster.count;
    }
    std::vector<Cluster> take() const {
        std::vector<Cluster> list;
        for (const auto& [picture, cluster] : m_clusters)
            list.push_back(cluster);
        return list;
    }

private:
    std::map<std::string, Cluster> m_clusters;
};

/// With nothing that differs the error would be 0: then as if half a question more had, each way.
double errorOf(const std::vector<Cluster>& differences, std::int64_t questions) {
    const double least = questions == 0 ? 0 : 1.0 / static_cast<double>(questions);
    return std::max(least, clusterError(differences));
}

PairedResult compared(const RecordList& first, const RecordList& here) {
    std::map<QuestionKey, const EvalRecord*> before;
    for (const EvalRecord* record : first)
        before[questionOf(*record)] = record;
    PairedResult paired;
    Clusters differences;
    double firstScore = 0;
    for (const EvalRecord* record : here) {
        const auto found = before.find(questionOf(*record));
        if (found == before.end())
            continue; // an interrupted run
        ++paired.questions;
        paired.onlyFirst += found->second->isRight() && !record->isRight();
        paired.onlyHere += !found->second->isRight() && record->isRight();
        firstScore += found->second->score();
        differences.add(*record, record->score() - found->second->score());
    }
    const auto gain = static_cast<double>(paired.onlyHere - paired.onlyFirst);
    const std::vector<Cluster> clusters = differences.take();
    const auto number = static_cast<double>(std::max<std::int64_t>(1, paired.questions));
    paired.difference = gain / number;
    paired.interval = pairedDifference(paired.onlyFirst, paired.onlyHere, paired.questions);
    paired.pValue = mcnemarExact(paired.onlyFirst, paired.onlyHere);
    paired.scoreDifference = clusterMean(clusters);
    paired.scoreInterval = clusterBootstrap(clusters);
    paired.visible = visibleDifference(errorOf(clusters, paired.questions));
    if (firstScore > 0)
        paired.relative = 100 * paired.scoreDifference * number / firstScore;
    return paired;
}

void addMeans(TaskResult& result, const RecordList& records) {
    if (records.empty())
        return;
    const std::vector<NamedScore>& scores = records.front()->scores;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto isSame = [&](const EvalRecord* record) {
            return i < record->scores.size() && record->scores[i].name == scores[i].name;
        };
        if (std::ranges::all_of(records, isSame))
            result.means.emplace_back(scores[i].name,
                                      meanOf(records, [&](const EvalRecord& r) { return r.scores[i].value; }));
    }
}

/// `first`: the records of the first plan for the same task, or null for that plan itself.
TaskResult taskResult(const std::string& task, const RecordList& records, const RecordList* first) {
    TaskResult result;
    Clusters scores;
    result.task = task;
    result.questions = static_cast<std::int64_t>(records.size());
    for (const EvalRecord* record : records) {
        result.right += record->isRight();
        result.undecided += !record->decided;
        result.formatErrors += record->formatError;
        scores.add(*record, record->score());
    }
    result.interval = wilsonInterval(result.right, result.questions);
    result.pictureInterval = clusterBootstrap(scores.take());
    addMeans(result, records);
    if (first)
        result.paired = compared(*first, records);
    return result;
}

std::vector<std::string> tasksOf(const RecordList& records) {
    std::vector<std::string> tasks;
    for (const EvalRecord* record : records)
        if (std::find(tasks.begin(), tasks.end(), record->asked.task) == tasks.end())
            tasks.push_back(record->asked.task);
    return tasks;
}

/// The rows of a set in its order: aggregates may look at the first ones of a group.
std::vector<ScoredQuestion> questionsOf(RecordList records) {
    std::ranges::stable_sort(records, {}, [](const EvalRecord* record) { return questionOf(*record); });
    std::vector<ScoredQuestion> questions;
    for (const EvalRecord* record : records)
        questions.push_back(scoredQuestion(*record));
    return questions;
}

/// The same questions under another score of their set. Records keep no more of its verdicts than the number.
std::vector<NamedScore> aggregateBy(std::string_view score, std::vector<ScoredQuestion> questions,
                                    const SetRule& rule) {
    const ScoreEntry* entry = findScore(score);
    check(entry != nullptr, "a set names a score that is not there");
    for (ScoredQuestion& question : questions)
        question.verdict = entry->judge(question.answer);
    return rule.aggregate(questions);
}

void addAggregates(PlanResult& result, const RecordList& records, const SetRule* rule) {
    if (!rule || !rule->aggregate || records.empty())
        return;
    const std::vector<ScoredQuestion> questions = questionsOf(records);
    result.aggregate = rule->aggregate(questions);
    if (rule->scores.size() < 2 || result.aggregate.empty())
        return;
    result.headlines.push_back({std::string(rule->scores.front()), result.aggregate.front().value});
    for (std::size_t i = 1; i < rule->scores.size(); ++i)
        if (const auto numbers = aggregateBy(rule->scores[i], questions, *rule); !numbers.empty())
            result.headlines.push_back({std::string(rule->scores[i]), numbers.front().value});
}

/// `first`: the records of the first plan, or null for that plan itself.
PlanResult planResult(const std::string& plan, const RecordList& records, const RecordList* first,
                      const SetRule* rule) {
    PlanResult result;
    result.plan = plan;
    result.all = taskResult({}, records, first);
    for (const std::string& task : tasksOf(records)) {
        const auto isOfTask = [&](const EvalRecord& record) { return record.asked.task == task; };
        const RecordList here = selected(records, isOfTask);
        const RecordList there = first ? selected(*first, isOfTask) : RecordList();
        result.tasks.push_back(taskResult(task, here, first ? &there : nullptr));
    }
    addAggregates(result, records, rule);
    addCosts(result, records);
    return result;
}

void addSpeedUps(std::vector<PlanResult>& results) {
    for (PlanResult& result : results)
        if (const double first = results.front().efficiency.ttftMs; first > 0 && result.efficiency.ttftMs > 0)
            result.efficiency.speedUp = first / result.efficiency.ttftMs;
}

} // namespace

double TaskResult::accuracy() const {
    return questions == 0 ? 0 : static_cast<double>(right) / static_cast<double>(questions);
}

double PlanResult::headline() const {
    return aggregate.empty() ? 100 * all.score() : aggregate.front().value;
}

std::vector<PlanResult> summarise(const std::vector<EvalRecord>& records, const std::vector<std::string>& plans,
                                  const SetRule* rule) {
    std::map<std::string, RecordList> byPlan;
    for (const EvalRecord& record : records)
        byPlan[record.plan].push_back(&record);
    std::vector<PlanResult> results;
    for (const std::string& plan : plans)
        results.push_back(planResult(plan, byPlan[plan], results.empty() ? nullptr : &byPlan[plans.front()], rule));
    addSpeedUps(results);
    return results;
}

std::int64_t picturesOnWhite(const std::vector<EvalRecord>& records) {
    std::set<std::int64_t> pictures;
    for (const EvalRecord& record : records)
        if (record.decodedOnWhite)
            pictures.insert(record.picture);
    return static_cast<std::int64_t>(pictures.size());
}

} // namespace prunescope::model
