#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <vector>

namespace prunescope {

/// Whether the Markdown of a page passes a unit test of olmOCR-bench (evaluation spec 3.8), by its `type`: present,
/// absent, order, table, math, baseline. Of formulas those alone that stand there word for word: how they look when
/// they are drawn is not compared. A test that says not what its type needs is failed. Any thread.
bool passesPageTest(const nlohmann::json& test, std::string_view page);

/// The tests in the cell of a page: a JSON list, an object, or an object a line. Empty where it is none of these.
std::vector<nlohmann::json> pageTests(std::string_view cell);

} // namespace prunescope
