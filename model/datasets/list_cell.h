#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// The entries of a cell that is a flat list of texts and numbers as JSON or Python writes them: `["a", 7]`,
/// `['it\'s', "b"]`. Numbers, True, False and None are as Python prints them. Nothing where the cell is no such list.
std::optional<std::vector<std::string>> listOf(std::string_view cell);

/// Whether a cell begins and ends as a list does.
bool looksLikeList(std::string_view cell);

} // namespace prunescope::model
