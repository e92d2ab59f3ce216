#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// Which unit tests of a page an answer passed, in order, as Verdict::read has it: "110+1" for three tests and the one
/// of the baseline behind the plus, which a page without one of its own is given.
struct PageResults {
    std::vector<bool> passed;
    bool baseline = false;

    std::string text() const;
    /// Failed tests in place of those that `text` does not have.
    static PageResults read(std::string_view text, std::size_t tests);
};

/// Whether one of the tests is a baseline.
bool hasBaseline(const std::vector<nlohmann::json>& tests);

} // namespace prunescope
