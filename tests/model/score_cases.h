#pragma once

#include "model/scores/score.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::test {

/// The cases of a file of golden/scores. In the copies of tests/data a number stands for a text of the list `texts`.
nlohmann::json scoreCases(const std::filesystem::path& file);

/// What a case of golden/scores/NAME.json gives to the score NAME.
GivenAnswer givenAnswer(const std::string& score, const nlohmann::json& testCase);

/// A row of a set with what the score is given of it; pictures are read as far as their size.
struct SetRow {
    std::string index;
    GivenAnswer answer; ///< without a text
};

/// The rows of a table of VLMEvalKit. `boxesHaveSizes`: bbox is x, y, width, height, else the edges.
std::vector<SetRow> setRows(const std::filesystem::path& tsv, bool boxesHaveSizes);

} // namespace prunescope::test
