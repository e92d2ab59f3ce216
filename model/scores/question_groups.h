#pragma once

#include "model/scores/set_rule.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// Some of the questions of a set, for its aggregate.
using QuestionGroupView = std::vector<const ScoredQuestion*>;
/// What a question is grouped by; empty: in no group.
using GroupName = std::function<std::string(const ScoredQuestion&)>;

/// All of them.
QuestionGroupView allOf(std::span<const ScoredQuestion> questions);
/// Groups by name, in alphabetical order.
std::map<std::string, QuestionGroupView> groupsOf(const QuestionGroupView& questions, const GroupName& name);
/// Names by a field of the set.
GroupName byField(std::string_view field);
/// The text that names a question in its set: its field `index`, or its id.
std::string indexOf(const ScoredQuestion& question);

/// Mean score in percent; 0 of no questions.
double percentOf(const QuestionGroupView& questions);
/// Sum of the scores.
double sumOf(const QuestionGroupView& questions);

/// Appends the mean in percent of each group, its name behind `before`.
void addMeans(std::vector<NamedScore>& scores, const std::map<std::string, QuestionGroupView>& groups,
              const std::string& before = "");

} // namespace prunescope
