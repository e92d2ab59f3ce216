#pragma once

#include "model/datasets/question_set.h"
#include "model/datasets/set_file.h"

#include <memory>
#include <string>
#include <vector>

/// One function per kind of set; `openQuestionSet` chooses.
namespace prunescope::model {

/// A table of VLMEvalKit (table_set.cpp).
std::unique_ptr<QuestionSet> openTableSet(std::shared_ptr<const SetFile> file, const SetOptions& options);
/// Objects with pictures and questions (line_set.cpp). With `byPicture` those about one picture stand together.
std::unique_ptr<QuestionSet> openLineSet(std::vector<std::shared_ptr<const SetFile>> files, std::string name,
                                         bool byPicture, const SetOptions& options);
/// Tests of pages, of olmOCR-bench (page_set.cpp).
std::unique_ptr<QuestionSet> openPageSet(std::vector<std::shared_ptr<const SetFile>> files, std::string name,
                                         const SetOptions& options);
/// `settings`: "count=1000,seed=7", may be empty (screen_set.cpp).
std::unique_ptr<QuestionSet> openScreenSet(const std::string& settings, const SetOptions& options);

} // namespace prunescope::model
