#pragma once

#include "model/datasets/question_set.h"

/// One function per kind of set; `openQuestionSet` chooses.
namespace prunescope::model {

std::unique_ptr<QuestionSet> openLineSet(const std::string& file, const SetOptions& options);  ///< question_files.cpp
std::unique_ptr<QuestionSet> openTableSet(const std::string& file, const SetOptions& options); ///< question_files.cpp
/// `settings`: "count=1000,seed=7", may be empty.
std::unique_ptr<QuestionSet> openScreenSet(const std::string& settings, const SetOptions& options); ///< screen_set.cpp

} // namespace prunescope::model
