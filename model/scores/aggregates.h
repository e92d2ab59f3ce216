#pragma once

#include "model/scores/set_rule.h"

#include <span>
#include <vector>

namespace prunescope {

/// How the papers' toolkit adds up the scores of a set (evaluation spec 3 and 6.2), the headline first. Shares are in
/// percent, also where the toolkit's files have parts of 1. What the toolkit prints as a table of rows is named
/// "ROW: COLUMN", and the columns alone of its row for all questions. Each names the fields that it reads. No questions
/// give no numbers. Any thread.

/// Open questions. Fields: `split`, or `category` where there is none.
std::vector<NamedScore> aggregateWords(std::span<const ScoredQuestion> questions);
/// OCRBench: how many are right in five groups, of 1000 in all. Field: `category`.
std::vector<NamedScore> aggregateOcrBench(std::span<const ScoredQuestion> questions);
/// Options. Fields: `split`, `l2-category`, `category`.
std::vector<NamedScore> aggregateChoice(std::span<const ScoredQuestion> questions);
/// Options that are asked in every order (MMBench): a question counts when all its rotations are right, and has the
/// groups of its first. Fields: `index` (else the question's id), `g_index`, and those of options.
std::vector<NamedScore> aggregateCircular(std::span<const ScoredQuestion> questions);
/// As options, the split `validation` first.
std::vector<NamedScore> aggregateMmmu(std::span<const ScoredQuestion> questions);
/// Mean over four cyclic orders of the options. Fields: `cycle_category`, `category`.
std::vector<NamedScore> aggregateHrBench(std::span<const ScoredQuestion> questions);
/// Sums of 2000 and 800 points, by 28 first; a sum is left out while a category of it is missing. Fields: `category`,
/// `image_path`.
std::vector<NamedScore> aggregateMme(std::span<const ScoredQuestion> questions);
/// F1 of Yes, over the questions repeated for each of their categories. Field: `category`.
std::vector<NamedScore> aggregatePope(std::span<const ScoredQuestion> questions);
/// Mean of aAcc, fAcc and qAcc first. Fields: `index` (else the question's id), `category`, `l2-category`.
std::vector<NamedScore> aggregateHallusion(std::span<const ScoredQuestion> questions);
/// MMLongBench-Doc: accuracy, then F1 and means by kind of evidence. Fields: `answer`, `evidence_sources`,
/// `evidence_pages`.
std::vector<NamedScore> aggregateDocuments(std::span<const ScoredQuestion> questions);
/// olmOCR-bench: mean over its groups of unit tests, in all and without those of formulas, of which only the same words
/// are found: a lower bound. Field: `answer`.
std::vector<NamedScore> aggregatePages(std::span<const ScoredQuestion> questions);
/// ScreenSpot: mean of the groups where there are several, then over all questions. Fields: `category` or `group`,
/// `data_type` or `ui_type`; besides `application` and `platform`.
std::vector<NamedScore> aggregatePlaces(std::span<const ScoredQuestion> questions);
/// MathVista: over all, by task and skill. Fields: `task`, `skills`.
std::vector<NamedScore> aggregateMathVista(std::span<const ScoredQuestion> questions);
/// MathVision: over all and by category. Field: `category`.
std::vector<NamedScore> aggregateMathVision(std::span<const ScoredQuestion> questions);

} // namespace prunescope
