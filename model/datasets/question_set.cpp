#include "model/datasets/question_set.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/open_sets.h"

#include <algorithm>
#include <filesystem>

namespace prunescope::model {

namespace {

constexpr std::string_view kScreens = "screens";

} // namespace

std::unique_ptr<QuestionSet> openQuestionSet(const std::string& text, const SetOptions& options) {
    if (text == kScreens || text.starts_with(std::string(kScreens) + ":"))
        return openScreenSet(text.substr(std::min(text.size(), kScreens.size() + 1)), options);
    const std::string ending = std::filesystem::path(text).extension().string();
    if (ending == ".jsonl")
        return openLineSet(text, options);
    if (ending == ".tsv")
        return openTableSet(text, options);
    throw Error(ErrorKind::Usage, "data set: found " + inQuotes(text) +
                                      ", expected FILE.jsonl, FILE.tsv or screens:count=1000,seed=900000001");
}

} // namespace prunescope::model
