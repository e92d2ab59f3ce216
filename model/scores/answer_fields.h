#pragma once

#include "model/scores/python_values.h"
#include "model/scores/score.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// A field of a question, empty where the set has none.
inline std::string_view fieldOf(const GivenAnswer& answer, std::string_view name) {
    const auto found = answer.fields.find(name);
    return found == answer.fields.end() ? std::string_view() : std::string_view(found->second);
}

/// The cell of the right answer as the set has it, where scores read more in it than a list of texts.
inline std::string_view rightCell(const GivenAnswer& answer) {
    const std::string_view cell = fieldOf(answer, "answer");
    return cell.empty() && !answer.expected.empty() ? std::string_view(answer.expected.front()) : cell;
}

/// The entries of a field that holds a list; the field itself where it holds none; nothing where there is no field.
inline std::vector<std::string> fieldEntries(const GivenAnswer& answer, std::string_view name) {
    const std::string_view text = fieldOf(answer, name);
    if (text.empty())
        return {};
    return pythonList(text).value_or(std::vector<std::string>{std::string(text)});
}

} // namespace prunescope
