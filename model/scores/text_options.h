#pragma once

#include "model/scores/answer_fields.h"
#include "model/scores/score.h"

#include <vector>

namespace prunescope {

/// The options of a question, or those of its field `choices`, a list of texts for A, B, C ...
inline std::vector<ChoiceOption> textOptions(const GivenAnswer& answer) {
    if (!answer.options.empty())
        return answer.options;
    std::vector<ChoiceOption> options;
    for (const std::string& text : pythonList(fieldOf(answer, "choices")).value_or(std::vector<std::string>()))
        if (options.size() < 26)
            options.push_back({static_cast<char>('A' + static_cast<int>(options.size())), text});
    return options;
}

} // namespace prunescope
