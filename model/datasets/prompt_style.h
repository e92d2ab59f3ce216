#pragma once

#include "model/datasets/question_set.h"
#include "model/scores/set_rule.h"
#include "model/values/request.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// A way to ask the questions of sets (evaluation spec 2).
struct PromptStyle {
    std::string_view name;  ///< as in `--prompt`
    std::string_view title; ///< one line for people
    /// The messages of a question: its system text if there is one, then one user turn. `rule`: that of the set, may be
    /// null; `set`: its name; `pictures`: how many the question is about.
    std::vector<Message> (*ask)(const AskedQuestion& question, const SetRule* rule, std::string_view set,
                                std::size_t pictures);
};

/// Which picture of the question each image part of its messages shows, in their order, from 0. A picture may be shown
/// twice or not at all: where a text names pictures by number, as MMMU's does.
std::vector<std::size_t> shownPictures(std::span<const Message> messages);

/// All styles: plain, dataset, pixelprune, qwen2vl, internvl3, llava15.
std::span<const PromptStyle> promptStyles();
/// Throws Error(Usage) that names those there are.
const PromptStyle& promptStyle(std::string_view name);
/// The style of a set where none is chosen: `dataset` for tables and published sets, else `plain`.
const PromptStyle& defaultStyle(const QuestionSet& set);

} // namespace prunescope::model
