#include "model/eval/record_costs.h"

#include <algorithm>
#include <map>
#include <set>

namespace prunescope::model {

namespace {

double timeSum(const RecordList& records, std::string_view stage) {
    double sum = 0;
    for (const EvalRecord* record : records)
        sum += record->times.ms(stage);
    return sum;
}

double ratio(double part, double all) {
    return all > 0 ? part / all : 1;
}

/// Over the prompts that were computed as a whole; 0 without any.
double medianOf(const RecordList& records, std::string_view stage) {
    std::vector<double> times;
    for (const EvalRecord* record : records)
        if (record->whole)
            times.push_back(record->times.ms(stage));
    return times.empty() ? 0 : median(times);
}

/// Distinct pictures, each with what the first record about it says.
std::vector<const EvalPicture*> distinctPictures(const RecordList& records) {
    std::set<std::string> seen;
    std::vector<const EvalPicture*> pictures;
    for (const EvalRecord* record : records)
        for (std::size_t i = 0; i < record->pictures.size(); ++i) {
            const EvalPicture& picture = record->pictures[i];
            const std::string place = std::to_string(record->picture) + "/" + std::to_string(i);
            if (seen.insert(picture.identity.empty() ? place : picture.identity).second)
                pictures.push_back(&picture);
        }
    return pictures;
}

RetainRatio retainRatio(const RecordList& records) {
    double kept = 0, all = 0, keptOnce = 0, allOnce = 0;
    for (const EvalRecord* record : records) {
        kept += static_cast<double>(record->keptBlocks);
        all += static_cast<double>(record->blocks);
    }
    for (const EvalPicture* picture : distinctPictures(records)) {
        keptOnce += static_cast<double>(picture->kept);
        allOnce += static_cast<double>(picture->blocks);
    }
    return {ratio(kept, all), ratio(keptOnce, allOnce)};
}

std::optional<double> duplicateRatio(const RecordList& records) {
    double unique = 0, all = 0;
    for (const EvalPicture* picture : distinctPictures(records))
        if (picture->unique) {
            unique += static_cast<double>(*picture->unique);
            all += static_cast<double>(picture->blocks);
        }
    return all > 0 ? std::optional(1 - unique / all) : std::nullopt;
}

Efficiency efficiencyOf(const RecordList& records) {
    const RecordList warm = selected(records, [](const EvalRecord& r) { return r.whole && !r.first; });
    const auto time = [&](std::string_view stage) {
        return meanOf(warm, [&](const EvalRecord& r) { return r.times.ms(stage); });
    };
    Efficiency mean;
    mean.questions = static_cast<std::int64_t>(warm.size());
    mean.selectMs = time(stage::kSelect);
    mean.vitMs = time(stage::kVit);
    mean.prefillMs = time(stage::kPrefill);
    mean.methodMs = time(stage::kMethod);
    mean.ttftMs = time(stage::kTtft);
    mean.kvBytes = meanOf(warm, [](const EvalRecord& r) { return static_cast<double>(r.kvBytes); });
    mean.flops = meanOf(warm, [](const EvalRecord& r) { return r.flops; });
    return mean;
}

TimeSums timeSums(const RecordList& records) {
    return {timeSum(records, stage::kTotal), timeSum(records, stage::kVit), timeSum(records, stage::kPrefill),
            timeSum(records, stage::kSelect), timeSum(records, stage::kMethod)};
}

} // namespace

double meanOf(const RecordList& records, const std::function<double(const EvalRecord&)>& value) {
    double sum = 0;
    for (const EvalRecord* record : records)
        sum += value(*record);
    return records.empty() ? 0 : sum / static_cast<double>(records.size());
}

RecordList selected(const RecordList& records, const std::function<bool(const EvalRecord&)>& isWanted) {
    RecordList wanted;
    std::copy_if(records.begin(), records.end(), std::back_inserter(wanted),
                 [&](const EvalRecord* record) { return isWanted(*record); });
    return wanted;
}

void addCosts(PlanResult& result, const RecordList& records) {
    const auto mean = [&](auto EvalRecord::*field) {
        return meanOf(records, [&](const EvalRecord& r) { return static_cast<double>(r.*field); });
    };
    result.retain = retainRatio(records);
    result.keptShare = result.retain.questions;
    result.duplicates = duplicateRatio(records);
    result.promptTokens = mean(&EvalRecord::promptTokens);
    result.promptTokensFull = mean(&EvalRecord::promptTokensFull);
    result.answerTokens = mean(&EvalRecord::answerTokens);
    result.equivalentTokens = mean(&EvalRecord::equivalentTokens);
    result.totalMs = meanOf(records, [](const EvalRecord& r) { return r.times.ms(stage::kTotal); });
    result.ttftMs = medianOf(records, stage::kTtft);
    result.prefillMs = medianOf(records, stage::kPrefill);
    result.methodMs = medianOf(records, stage::kMethod);
    result.efficiency = efficiencyOf(records);
    result.sums = timeSums(records);
}

} // namespace prunescope::model
