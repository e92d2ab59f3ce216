#include "model/datasets/open_sets.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

namespace {

/// Whatever a row says: it is asked, or left out with a reason, or its picture is damaged.
void openAndRead(Input input, const char* name, bool asPandas) {
    const model::SetOptions options{.name = name, .pandasCells = asPandas};
    const auto set = model::openTableSet(model::SetFile::ofText(textOf(input), "input.tsv"), options);
    require(set->size() > 0 && set->questions() >= set->size(), "a table has a question a group");
    for (const model::SkippedRow& row : set->skipped())
        require(row.where.starts_with("input.tsv:") && !row.reason.empty() &&
                    row.reason.find_first_of("\r\n") == std::string::npos,
                "a row is left out for a reason on one line");
    for (std::int64_t group = 0; group < set->size(); ++group)
        mayFail([&] {
            const model::QuestionGroup asked = set->at(group);
            require(!asked.pictures.empty() && !asked.questions.empty(), "a group has a picture and a question");
            for (const model::AskedQuestion& question : asked.questions)
                require(!question.question.empty() && !question.answer.empty(), "a question has words and an answer");
        });
}

} // namespace

void fuzzPictureTable(Input input) {
    for (const char* name : {"own", "MMMU", "POPE", "ScreenSpot_v2", "olmOCRBench"})
        mayFail([&] { openAndRead(input, name, false); });
    mayFail([&] { openAndRead(input, "own", true); });
}

} // namespace prunescope::fuzz
